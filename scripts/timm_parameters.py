"""Write how many parameters each network has that the installed timm has pretrained weights for.

    python scripts/timm_parameters.py

The networks are described, not built: no weights are loaded, and no memory is taken.
"""

import json
from pathlib import Path

import torch

from ml.encoders.torchvision_operators import declare_missing

OUTPUT = Path("app/encoders/timm_parameters.json")


def pretrained_networks() -> list[str]:
    """Return the names of the networks that timm has weights for, without tags."""
    declare_missing()
    import timm  # noqa: PLC0415  (after the declaration)

    return sorted({name.partition(".")[0] for name in timm.list_models(pretrained=True)})


def count_parameters(name: str) -> int:
    """Return the number of parameters of a network of timm, its classifier included."""
    declare_missing()
    import timm  # noqa: PLC0415  (after the declaration)

    with torch.device("meta"):
        return sum(each.numel() for each in timm.create_model(name, pretrained=False).parameters())


def main() -> None:
    """Write the table of all networks."""
    table = {name: count_parameters(name) for name in pretrained_networks()}
    OUTPUT.write_text(json.dumps(table, indent=0) + "\n")
    print(f"{len(table)} networks")


if __name__ == "__main__":
    main()
