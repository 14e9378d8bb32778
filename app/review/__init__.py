"""Reviews: people look at pages of what the model calls the same, and it learns behind them (ADR 33)."""
