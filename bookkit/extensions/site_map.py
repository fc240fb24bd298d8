"""A site map and robots.txt, which name pages in full: they are there if the site's address is known.

It is `html: baseurl:` in _config.yml.
"""

from pathlib import Path
from xml.sax.saxutils import escape

from sphinx.application import Sphinx

from bookkit.extensions._after_build import when_pages_stand


def write(app: Sphinx) -> None:
    out, base = Path(app.outdir), app.config.html_baseurl.rstrip("/")
    site_map, robots = out / "sitemap.xml", out / "robots.txt"
    if not base:
        site_map.unlink(missing_ok=True)
        robots.unlink(missing_ok=True)
        return
    pages = [f"{base}/{page}.html" for page in sorted(app.env.found_docs)]
    places = "".join(f"<url><loc>{escape(page)}</loc></url>\n" for page in pages)
    site_map.write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{places}</urlset>\n',
        encoding="utf-8",
    )
    robots.write_text(f"User-agent: *\nAllow: /\nSitemap: {base}/{site_map.name}\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    when_pages_stand(app, write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
