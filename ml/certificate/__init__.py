"""How many labels of a finite set are wrong at most, from an audit of those that nobody has seen.

It needs no more than the standard library and NumPy.
"""
