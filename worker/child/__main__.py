"""`python -m worker.child` runs the process that does the mathematics."""

from worker.child.program import main

main()
