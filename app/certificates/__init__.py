"""Audits of what nobody has seen, and certificates: how many labels are wrong at most (ADR 31)."""
