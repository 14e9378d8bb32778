"""Machine learning of eigenlabel: pure functions of arrays, files and a configuration."""

import os

# Read when torch loads OpenMP, so it must be set before. Waiting threads otherwise spin: embedding is then
# two to five times slower on a machine whose cores have anything else to do.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
