"""The one exception whose message a person is meant to read."""


class UnusableInputError(ValueError):
    """Something the caller gave cannot be used; the message is one line that says what and why."""
