"""Experiments: pure functions from a setting to named arrays, with a sentence that says what the arrays show."""
