"""How many pixels a side a network is shown."""

from ml.errors import UnusableInputError

# (shorter side of the images up to, pixels shown): more are more accurate and slower (docs/results.md).
SIZES = ((40, 96), (160, 128))
PHOTO_SIZE = 224
CHOSEN_BY_IMAGES = (*(size for _, size in SIZES), PHOTO_SIZE)


def require_size(architecture: str, fixed: int | None, wanted: int | None) -> None:
    """Raise UnusableInputError where a network that takes the size `fixed` only shall see another."""
    if fixed is not None and wanted not in {None, fixed}:
        raise UnusableInputError(
            f"{architecture} takes images of {fixed} x {fixed} pixels only, not {wanted}: "
            f"leave image_size out, or say {fixed}"
        )
