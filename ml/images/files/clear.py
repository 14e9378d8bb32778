"""Transparent images lie on a colour that what they show stands out from.

That is white, unless more than a tenth of what can be seen is nearly white: then the one of black, mid grey
and white that is near to the least of it.
"""

import numpy as np
from PIL import Image

from ml.images.files.tones import strips

WHITE, CHOICES = 255, (0, 128, 255)
NEAR = 32
MUCH = 0.1
OPAQUE = (255, 255)


def on_background(layer: Image.Image) -> tuple[Image.Image, bool]:
    """Return an RGBA image in RGB, and whether any of it was transparent."""
    alpha = layer.getchannel("A")
    if alpha.getextrema() == OPAQUE:
        return layer.convert("RGB"), False
    grey = background(layer, alpha)
    canvas = Image.new("RGB", layer.size, (grey, grey, grey))
    canvas.paste(layer, mask=alpha)
    return canvas, True


def background(layer: Image.Image, alpha: Image.Image) -> int:
    """Return the grey, 0 to 255, that an RGBA image is to lie on."""
    seen = np.zeros(256)
    for top, bottom in strips(layer.width, layer.height):
        box = (0, top, layer.width, bottom)
        luminance = np.asarray(layer.crop(box).convert("RGB").convert("L")).reshape(-1)
        weights = np.asarray(alpha.crop(box)).reshape(-1)
        seen += np.bincount(luminance, weights, minlength=256)
    near = {grey: float(seen[max(0, grey - NEAR) : grey + NEAR + 1].sum()) for grey in CHOICES}
    if near[WHITE] <= MUCH * seen.sum():
        return WHITE
    return min(CHOICES, key=lambda grey: near[grey])
