"""What this process counts and times, for `/metrics`. Labels have few values: no ids, no names of people."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client import disable_created_metrics as leave_out_times_of_creation

leave_out_times_of_creation()  # type: ignore[no-untyped-call]  # the library leaves the annotation out
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

REQUEST_SECONDS = Histogram(
    "eigenlabel_request_seconds",
    "Time from a request's arrival to the beginning of its answer.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
    registry=REGISTRY,
)
LABELS = Counter(
    "eigenlabel_labels",
    "Answers of annotators that were stored: a label, a skip, or one that came too late to count.",
    ["answer"],
    registry=REGISTRY,
)
EVENT_STREAMS = Gauge("eigenlabel_event_streams", "Browsers' event streams that are open.", registry=REGISTRY)
NOTIFICATIONS_LOST = Counter(
    "eigenlabel_bells_lost",
    "Jobs that no worker could be told of at once, for the queue did not answer.",
    registry=REGISTRY,
)
for _answer in ("label", "skip", "late"):
    LABELS.labels(_answer)  # a counter that first appears at 1 has no increase
