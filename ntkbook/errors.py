"""What ntkbook raises. Every message says what was given, what is expected, and the remedy."""


class InvalidInput(ValueError):
    """An argument cannot be what the formula needs."""


class NotConverged(RuntimeError):
    """A solver stopped before its answer met the tolerance; the answer is withheld."""
