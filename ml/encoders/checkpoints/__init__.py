"""Checkpoints of others, read into encoders: a file, the layout of its keys, and the network that fits."""
