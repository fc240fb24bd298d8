"""Whether somebody sits before the notebook whose kernel this is, and in what."""

import os
import sys
from typing import Any


def running_shell() -> Any:
    """The IPython shell that this process is, or None. IPython is not loaded for the question."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def is_watched() -> bool:
    """Whether the cell that runs may ask its reader for input; where notebooks run by themselves, it may not."""
    kernel = getattr(running_shell(), "kernel", None)
    request = kernel.get_parent() if kernel else {"content": {"allow_stdin": False}}
    return bool(request.get("content", {}).get("allow_stdin", True))


def hides_what_precedes() -> bool:
    """Whether a stylesheet of one output reaches that of another: so in Jupyter's own notebooks, not in Colab's or
    VS Code's, which put each into a frame of its own or draw it themselves."""
    return is_watched() and "google.colab" not in sys.modules and "VSCODE_PID" not in os.environ
