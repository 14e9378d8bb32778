"""Machine learning of eigenlabel: pure functions of arrays, files and a configuration."""

import os

# Read when torch loads OpenMP, so it must be set before. Threads that spin while they wait make embedding
# two to five times slower on a machine whose cores have anything else to do; threads that sleep at once cost
# small networks a third of their speed. A wait of some microseconds costs neither (docs/benchmarks.md).
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "10000")
