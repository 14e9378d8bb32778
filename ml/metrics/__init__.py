"""Figures about predictions, clusters, confidences and features, a file a topic."""
