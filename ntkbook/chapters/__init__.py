"""The chapters, a folder each, named as its page: `measure` (setting to arrays), `show` (arrays to explorers and
figures), `ask` (what counts as a right answer). A folder is all that a chapter needs to be found.
"""

from ntkbook import _memory, _notebook

_memory.spare(_notebook.running_shell())
