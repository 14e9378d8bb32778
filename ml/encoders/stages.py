"""Which weights are a network's last stage: by timm's own groups, so that it works for every family."""

from torch import nn

from ml.errors import UnusableInputError


def last_stage(network: nn.Module) -> set[str]:
    """Return the names of the parameters in the last quarter of `network`'s stages, or blocks of a ViT.

    What comes after them, such as a last norm, is in it too. That is `layer4` of a ResNet, two of the eight
    groups of an EfficientNet, the last three of twelve blocks. Raises UnusableInputError without groups.
    """
    # timm is slow to import, and `networks` imports it in the way that it needs.
    from ml.encoders.networks import parameter_groups  # noqa: PLC0415

    groups = parameter_groups(network)
    if groups is None:
        raise UnusableInputError("this network does not say what its stages are: train all of it")
    parameters = dict(network.named_parameters())
    ordered = [groups[key] for key in sorted(groups)]
    stages = [
        place for place, names in enumerate(ordered) if any(parameters[name].ndim > 1 for name in names)
    ]
    first = stages[-max(1, len(stages) // 4)]
    return {name for names in ordered[first:] for name in names}
