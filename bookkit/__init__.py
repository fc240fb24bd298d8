"""The tools that build the book: Sphinx extensions, commands, and what reads the pages' sources.

What builds and tests the book imports them; neither `ntkbook` nor a page does, and they are not installed.
"""
