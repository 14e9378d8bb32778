"""The same code without a server: simulated rounds in which the truth answers."""
