"""What make calls, from the root of the repository: `python -m bookkit.commands.NAME`."""
