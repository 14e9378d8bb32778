"""Measurements against a running service or the models of this machine."""

import ml  # noqa: F401  (sets how threads wait, as in the service, before torch is loaded)
