"""What hosts read: the policy on what a page may load and run (security_policy.py), and word to serve every file."""

from pathlib import Path

from sphinx.application import Sphinx

from bookkit.extensions._after_build import when_pages_stand
from bookkit.security_policy import HEADER, POLICY, SHARED


def write_for_hosts(app: Sphinx) -> None:
    out = Path(app.outdir)
    headers = ((HEADER, POLICY), SHARED)
    lines = "".join(f"  {name}: {value}\n" for name, value in headers)
    (out / "_headers").write_text(f"/*\n{lines}", encoding="utf-8")
    (out / ".nojekyll").touch()  # or GitHub Pages, from a branch, leaves out _static


def setup(app: Sphinx) -> dict[str, bool]:
    when_pages_stand(app, write_for_hosts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
