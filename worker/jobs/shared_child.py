"""The child process of the jobs that people wait for: it stays warm between them."""

from worker.child.warm_child import WarmChild

child = WarmChild()
"""The child of this process; it is started when first needed or warmed up."""
