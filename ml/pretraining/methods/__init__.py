"""Methods of pretraining: one module each, with the name that the settings have in their field `method`."""

from importlib import import_module

from ml.config import PretrainConfig
from ml.pretraining.methods.method import Method


def method_of(config: PretrainConfig) -> type[Method]:
    """Return the class of the method that `config` names: `METHOD` of the module with that name."""
    found: type[Method] = import_module(f"{__name__}.{config.method}").METHOD
    return found
