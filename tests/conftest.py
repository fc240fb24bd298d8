"""In the tests, every shape that `ntkbook` states is checked at run time."""

from jaxtyping import install_import_hook

import tests._typechecker  # noqa: F401  (the hook looks it up by name)

install_import_hook("ntkbook", "tests._typechecker.checked")
