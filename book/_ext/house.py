"""House-keeping for Sphinx: what is served beside the pages, when they are made anew, what they leave out."""

import re
import shutil
from pathlib import Path

from execute import cache_folder
from fingerprint import fingerprint, page_making_sources
from finished import when_pages_stand
from source_links import source_pages
from sphinx.application import Sphinx
from sphinx.config import Config

# What the theme writes into every page and the book does without: pattern -> replacement.
PAGE_REPAIRS = (
    # The icons' webfont suffices; the script that draws them a second time weighs half a megabyte.
    (
        re.compile(
            r"<!-- So that users can add custom icons -->\s*<script[^>]*fontawesome\.js[^>]*></script>\s*"
        ),
        "",
    ),
    (re.compile(r'(<meta name="viewport"[^>]*>)(\s*<meta name="viewport"[^>]*>)+'), r"\1"),
    # "auto" is a mode, not a theme: without JavaScript no colour would be defined.
    (re.compile(r'(<html[^>]*) data-theme="auto"'), r"\1"),
    # Scripts and styles inside a page, which policy.py forbids: _static/start.js and house.css do their work,
    # and what they say of the page's name and of searching while typing serves parts that the book does not show.
    (
        re.compile(
            r'<script(?: data-cfasync="false")?>\s*(?:document\.|DOCUMENTATION_OPTIONS\.|// Activate the search).*?'
            r"</script>\s*",
            re.DOTALL,
        ),
        "",
    ),
    # Only the search page searches. Elsewhere its scripts and index weigh 50 kB, and trip over an address with a ?q=.
    (
        re.compile(
            r'<script src="[^"]*(?:sphinx_highlight|searchtools|language_data|searchindex)\.js[^"]*"></script>\s*'
            r'(?!.*id="search-results")',
            re.DOTALL,
        ),
        "",
    ),
    (re.compile(r"<noscript>\s*<style>.*?</noscript>\s*", re.DOTALL), ""),
    (re.compile(r' onclick="window\.print\(\)"'), ""),
)


def configure(app: Sphinx, config: Config) -> None:
    """Serve the vendored bundles; execute pages anew when what they compute with has changed."""
    build = Path(app.outdir).parent
    vendor = build / "vendor"
    if not vendor.is_dir():
        raise FileNotFoundError(
            f"{vendor} is missing: run `make book`, which bundles it from book/_frontend."
        )
    config["html_static_path"] = [*config["html_static_path"], str(vendor)]
    current = cache_folder(build)
    config["nb_execution_cache_path"] = str(current)
    config["house_fingerprint"] = fingerprint(page_making_sources())
    for outdated in current.parent.glob("*"):
        if outdated != current:
            shutil.rmtree(outdated)


def made_pages(app: Sphinx) -> list[Path]:
    """The pages of this build; what an earlier one left behind is removed."""
    out = Path(app.outdir)
    made = {out / f"{name}.html" for name in (*app.env.found_docs, "search")} | set(source_pages(app))
    for left_behind in set(out.rglob("*.html")) - made:
        left_behind.unlink()
    return sorted(made)


def repair_pages(app: Sphinx) -> None:
    """Take out of the finished pages what PAGE_REPAIRS lists; a page already repaired stays as it is."""
    for page in made_pages(app):
        html = repaired = page.read_text(encoding="utf-8")
        for pattern, replacement in PAGE_REPAIRS:
            repaired = pattern.sub(replacement, repaired)
        if repaired != html:
            page.write_text(repaired, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("house_fingerprint", "", "env")  # a changed extension makes every page anew
    app.connect("config-inited", configure)
    when_pages_stand(app, repair_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
