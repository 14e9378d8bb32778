"""The version that every run records and the API reports."""

VERSION = "0.1.0"
