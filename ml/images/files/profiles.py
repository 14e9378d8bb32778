"""Colours of another space than sRGB, by the profile that cameras and printers embed."""

import io
from typing import cast

from PIL import Image, ImageCms

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
MODES = {"RGB", "RGBA", "CMYK"}


def to_srgb(image: Image.Image) -> Image.Image:
    """Return `image` with its embedded profile applied, if it has one for its mode; RGB(A) in place."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in MODES:
        return image
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(own):
            return image
        target = "RGB" if image.mode == "CMYK" else image.mode
        transform = ImageCms.buildTransform(own, SRGB, image.mode, target)
        if target != image.mode:
            return cast(Image.Image, ImageCms.applyTransform(image, transform))
        ImageCms.applyTransform(image, transform, inPlace=True)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image  # a broken profile, or one for other colours than these: browsers ignore it, too
    return image
