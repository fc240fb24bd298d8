"""What the build folder lends to a build and keeps of earlier ones: bundles, executed pages, pages that are no more."""

import shutil
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from bookkit.commands.execute import cache_folder
from bookkit.extensions._after_build import when_pages_stand
from bookkit.extensions.source_links import source_pages
from bookkit.sources.fingerprint import fingerprint, page_making_sources


def configure(app: Sphinx, config: Config) -> None:
    """Serve the vendored bundles; execute pages anew when what they compute with has changed."""
    build = Path(app.outdir).parent
    vendor = build / "vendor"
    if not vendor.is_dir():
        raise FileNotFoundError(f"{vendor} is missing: run `make book`, which bundles it from front/.")
    config["html_static_path"] = [*config["html_static_path"], str(vendor)]
    current = cache_folder(build)
    config["nb_execution_cache_path"] = str(current)
    config["page_making_fingerprint"] = fingerprint(page_making_sources())
    for outdated in current.parent.glob("*"):
        if outdated != current:
            shutil.rmtree(outdated)


def remove_left_behind(app: Sphinx) -> None:
    """Pages that an earlier build made and this one has not, and the themes' templates among their static files."""
    out = Path(app.outdir)
    made = {out / f"{name}.html" for name in (*app.env.found_docs, "search")} | set(source_pages(out))
    for left_behind in set(out.rglob("*.html")) - made:
        left_behind.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("page_making_fingerprint", "", "env")  # changed tools make every page anew
    app.connect("config-inited", configure)
    when_pages_stand(app, remove_left_behind)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
