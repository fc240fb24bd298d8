"""Whether somebody sits before the notebook whose kernel this is, and in what."""

import os
import sys


def is_watched() -> bool:
    """Whether the cell that runs may ask its reader for input; where notebooks run by themselves, it may not."""
    if "IPython" not in sys.modules:
        return False
    kernel = getattr(sys.modules["IPython"].get_ipython(), "kernel", None)
    request = kernel.get_parent() if kernel else {"content": {"allow_stdin": False}}
    return bool(request.get("content", {}).get("allow_stdin", True))


def hides_what_precedes() -> bool:
    """Whether a stylesheet of one output reaches that of another: so in Jupyter's own notebooks, not in Colab's or
    VS Code's, which put each into a frame of its own or draw it themselves."""
    return is_watched() and "google.colab" not in sys.modules and "VSCODE_PID" not in os.environ
