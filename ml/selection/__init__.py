"""Choosing what to ask for: one small module per strategy behind one protocol."""
