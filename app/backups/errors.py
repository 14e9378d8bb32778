"""What is wrong with a backup or with the place that it is to go to."""


class UnusableBackupError(Exception):
    """A backup cannot be made, or not be used; the message is one line that says why."""
