"""`_static/third-party.txt`: the licences of all that pages carry from others, since each asks to travel with them.

What comes from npm has its licences beside its bundle already. What comes from Python packages is put into the
pages by the theme and by extensions, so every extension that this build has loaded is named.
"""

from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path

from sphinx.application import Sphinx

from bookkit.extensions._after_build import when_pages_stand

FILE = "third-party.txt"
_HEAD = """What the pages of this book carry from others, and under which licences.
The book's own code is under the MIT licence, its text and figures under CC BY 4.0.
"""


def loaded(app: Sphinx) -> list[Distribution]:
    """The distributions that Sphinx and its extensions come from; the book's own are none."""
    owners = packages_distributions()
    modules = {"sphinx", *(extension.module.__name__.split(".")[0] for extension in app.extensions.values())}
    names = {name for module in modules for name in owners.get(module, [])}
    return [distribution(name) for name in sorted(names, key=str.lower)]


def licence_of(package: Distribution) -> str:
    """In full where the package brings it; its place among the metadata has changed over the years."""
    metadata = [file for file in package.files or [] if ".dist-info" in file.parts[0]]
    files = [file for file in metadata if file.stem.lower() in ("license", "licence", "copying")]
    texts = [Path(str(file.locate())).read_text(encoding="utf-8").strip() for file in files]
    about = package.metadata
    named = [about[field] for field in ("License-Expression", "License") if field in about][:1]
    classified = [line for line in about.get_all("Classifier") or [] if line.startswith("License")]
    return "\n\n".join(texts) or "\n".join([*named, *classified])


def write_notices(app: Sphinx) -> None:
    static = Path(app.outdir) / "_static"
    parts = [file.read_text(encoding="utf-8").strip() for file in sorted(static.glob("*/LICENSE.txt"))]
    parts += [f"{package.name} {package.version}\n\n{licence_of(package)}" for package in loaded(app)]
    text = f"\n\n{'-' * 80}\n\n".join([_HEAD.strip(), *parts])
    (static / FILE).write_text(text + "\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    when_pages_stand(app, write_notices)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
