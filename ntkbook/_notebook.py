"""Whether somebody sits before the notebook whose kernel this is."""

import sys


def is_watched() -> bool:
    """Whether the cell that runs may ask its reader for input; where notebooks run by themselves, it may not."""
    if "IPython" not in sys.modules:
        return False
    kernel = getattr(sys.modules["IPython"].get_ipython(), "kernel", None)
    request = kernel.get_parent() if kernel else {"content": {"allow_stdin": False}}
    return bool(request.get("content", {}).get("allow_stdin", True))
