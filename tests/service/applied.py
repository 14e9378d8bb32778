"""A downloaded model applied to images by what is written in it, without the code of this project."""

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.numpy import load as load_arrays
from safetensors.torch import load as load_tensors

from ml.encoders.torchvision_operators import declare_missing

AT_ONCE = 64
declare_missing()


@dataclass(frozen=True)
class Half:
    """An encoder and its head: all there is, or one of the two that are averaged."""

    description: dict[str, Any]
    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    network: torch.nn.Module

    @classmethod
    def of(cls, archive: zipfile.ZipFile, description: dict[str, Any], head: str, encoder: str) -> "Half":
        """Return the encoder in the file `encoder` with the tensors of `head`."""
        import timm  # noqa: PLC0415  (which imports torchvision, and that wants what is declared above)

        tensors = load_arrays(archive.read("model.safetensors"))
        network = timm.create_model(
            description["encoder"]["architecture"],
            pretrained=False,
            num_classes=0,
            **(description["encoder"]["arguments"] or {}),
        )
        network.load_state_dict(load_tensors(archive.read(encoder)))
        return cls(description, tensors[f"{head}.weight"], tensors[f"{head}.bias"], network.eval())

    def probabilities(self, files: list[bytes]) -> NDArray[np.float64]:
        """Return float64[N, C] of the images in `files`."""
        pixels = torch.from_numpy(np.stack([self._pixels(file) for file in files]))
        with torch.inference_mode():
            features = self.network(pixels.permute(0, 3, 1, 2)).numpy().astype(np.float64)
        if self.description["unit_length"]:
            features /= np.linalg.norm(features, axis=1, keepdims=True)
        logits = features @ self.weight.T.astype(np.float64) + self.bias
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))

    def _pixels(self, file: bytes) -> NDArray[np.float32]:
        """Return the image as `preprocessing` says: shorter side resized, centre crop, normalised."""
        encoder, size = self.description["encoder"], self.description["image_size"]
        framing = encoder["framing"]
        side, filtering = int(size / framing["kept"]), Image.Resampling[framing["interpolation"].upper()]
        with Image.open(io.BytesIO(file)) as opened:
            image = opened.convert("RGB")
        scale = side / min(image.size)
        image = image.resize((round(image.width * scale), round(image.height * scale)), filtering)
        left, top = (image.width - size) // 2, (image.height - size) // 2
        cropped = np.asarray(image.crop((left, top, left + size, top + size)), dtype=np.float32) / 255
        mean, std = (np.array(encoder[name], dtype=np.float32) for name in ("mean", "std"))
        return np.asarray((cropped - mean) / std, dtype=np.float32)


@dataclass(frozen=True)
class DownloadedModel:
    """The files of a model's zip: `description` is `model.json`, `origin` is `about.json`."""

    description: dict[str, Any]
    origin: dict[str, Any]
    halves: list[Half]

    @classmethod
    def of(cls, content: bytes) -> "DownloadedModel":
        """Return the model that a zip has."""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            description = json.loads(archive.read("model.json"))
            halves = [Half.of(archive, description, "head", "encoder.safetensors")]
            if "second" in description:
                second = description["second"]
                halves.append(Half.of(archive, second, "second_head", "second_encoder.safetensors"))
            origin = json.loads(archive.read("about.json"))
        return cls(description, origin, halves)

    def predictions(self, contents: dict[str, bytes]) -> dict[str, tuple[str, float]]:
        """Return (category id, confidence) of each image of `contents`, files by name."""
        found: dict[str, tuple[str, float]] = {}
        names = list(contents)
        for start in range(0, len(names), AT_ONCE):
            some = names[start : start + AT_ONCE]
            files = [contents[name] for name in some]
            mean = np.mean([half.probabilities(files) for half in self.halves], axis=0)
            for name, row in zip(some, mean, strict=True):
                found[name] = self.description["categories"][row.argmax()], float(row.max())
        return found
