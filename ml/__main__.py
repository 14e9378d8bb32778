"""`python -m ml` is `eigenlab`."""

from ml.lab.cli import main

main()
