"""What make calls, from the root: `python -m bookkit.commands.NAME`. Their helpers begin with an underscore."""
