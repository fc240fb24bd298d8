"""In the tests, every shape that `ntkbook` states is checked at run time."""

from jaxtyping import install_import_hook

install_import_hook("ntkbook", "tests._typechecker.checked")
