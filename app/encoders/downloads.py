"""What the pretrained networks of timm weigh.

`timm_parameters.json` says how many parameters each network has that timm has weights for. It is written by
`scripts/timm_parameters.py`, since the api loads neither timm nor torch.
"""

import json
from functools import cache
from importlib.resources import files

from app.core.problems import Problem
from app.deps import Principal
from app.downloads import DownloadOut, download_out, require_small
from ml.config import TimmEncoder

BYTES_A_PARAMETER = 4


def timm_downloads(user: Principal) -> list[DownloadOut]:
    """Return timm's pretrained networks, without the tags of their weights, by name.

    The bytes are those of 32-bit weights; a few are published in 16 bits and are half as large.
    """
    return [download_out(name, size * BYTES_A_PARAMETER, user) for name, size in parameters().items()]


def require_allowed(encoder: TimmEncoder, user: Principal) -> None:
    """Raise 403 where `user` may not have the weights of `encoder` downloaded: large and unknown ones."""
    if not encoder.pretrained or user.admin:
        return
    name, field = encoder.name.partition(".")[0], "encoder.timm.name"
    if name not in parameters():
        reason = f"No pretrained network of timm called {name} is known: only an administrator may try it."
        raise Problem(403, reason, field=field)
    require_small(encoder.name, parameters()[name] * BYTES_A_PARAMETER, user, field)


@cache
def parameters() -> dict[str, int]:
    """Return how many parameters each network of timm with pretrained weights has, by name."""
    stored = files("app.encoders").joinpath("timm_parameters.json").read_text("utf-8")
    return dict(json.loads(stored))
