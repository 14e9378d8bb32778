"""From an image file to upright 8-bit pixels: the one rule for viewer, thumbnail and encoder (ADR 19).

It knows no torch, and nothing else of `ml`, so that the service reads images by it, too.
"""
