"""What make or a reader calls, from the root: `python -m bookkit.commands.NAME`. Helpers begin with an underscore."""
