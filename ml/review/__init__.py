"""Looking at what the model labels: pages of images, what they teach the head, and when to stop.

Nothing here knows the truth: answers come from people, or from a simulation (ml/lab/finish.py).
"""
