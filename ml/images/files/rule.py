"""The rule by which a file becomes what a network sees (ADR 19): its version, and its words for others."""

PREPROCESSING_VERSION = "3"  # 2: ml/images/files reads the images; 3: framed as each network asks
READING = (
    "first frame or page, samples of more than 8 bits stretched from their 0.1 to 99.9 percentile, embedded "
    "colour profile to sRGB, transparency on white (on black or mid grey where much that is seen is white), "
    "upright by EXIF"
)
EARLIER_RULE = "This model was trained on images read by an earlier rule: start a new round."


def reads_as_now(description: dict[str, object]) -> bool:
    """Return whether the model of this `model.json` was trained on images read by the present rule.

    Earlier releases wrote no version.
    """
    return description.get("preprocessing_version") == PREPROCESSING_VERSION
