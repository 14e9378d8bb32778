"""Which weights are a network's last stage: by timm's own groups, so that it works for every family."""

from torch import nn

from ml.encoders import networks  # noqa: F401  (timm is imported there first, in the way that it needs)
from ml.errors import UnusableInputError


def last_stage(network: nn.Module) -> set[str]:
    """Return the names of the parameters in the last quarter of `network`'s stages, or blocks of a ViT.

    What comes after them, such as a last norm, is in it too. That is `layer4` of a ResNet, two of the eight
    groups of an EfficientNet, the last three of twelve blocks. Raises UnusableInputError without groups.
    """
    from timm.models import group_parameters  # noqa: PLC0415  (see above)

    matcher = getattr(network, "group_matcher", None)
    if matcher is None:
        raise UnusableInputError("this network does not say what its stages are: train all of it")
    groups: dict[int, list[str]] = group_parameters(network, matcher(coarse=True))
    parameters = dict(network.named_parameters())
    ordered = [groups[key] for key in sorted(groups)]
    stages = [
        place for place, names in enumerate(ordered) if any(parameters[name].ndim > 1 for name in names)
    ]
    first = stages[-max(1, len(stages) // 4)]
    return {name for names in ordered[first:] for name in names}
