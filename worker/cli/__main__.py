"""`python -m worker.cli` is `eigenlabel`."""

from worker.cli.main import main

main()
