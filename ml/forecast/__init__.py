"""What more labels would buy.

Needs NumPy alone, so that the service may ask too.
"""
