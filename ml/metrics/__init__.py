"""Figures about predictions, clusters, confidences and features, a file a topic."""

from ml.metrics.accuracy import accuracy
from ml.metrics.calibration import expected_calibration_error
from ml.metrics.clustering import BCubed, bcubed, hungarian_accuracy, normalised_mutual_information
from ml.metrics.representation import alignment, knn_accuracy, uniformity

__all__ = [
    "BCubed",
    "accuracy",
    "alignment",
    "bcubed",
    "expected_calibration_error",
    "hungarian_accuracy",
    "knn_accuracy",
    "normalised_mutual_information",
    "uniformity",
]
