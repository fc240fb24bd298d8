"""What axe finds on a page: by each of its rules, however light it takes an offence.

What stands on a page a thousand times, and differs in nothing that axe asks, is asked once: words of code, which have
the colours of their kind, and formulas within a line, which have those of the words around them.
"""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

EVERYTHING = {"resultTypes": ["violations"]}

# Folded text is text too.
UNFOLD = "() => document.querySelectorAll('details').forEach((fold) => { fold.open = true; })"
ONCE = """() => {
  const grounds = new Map([...document.querySelectorAll(".highlight pre")].map(
    (pre) => [pre, getComputedStyle(pre).backgroundColor + pre.closest(".admonition")?.className]));
  const seen = new Set();
  for (const word of document.querySelectorAll(".highlight pre span:not(:has(*))")) {
    const kind = `${word.className} on ${grounds.get(word.closest("pre"))}`;
    if (seen.has(kind)) word.replaceWith(word.textContent);
    seen.add(kind);
  }
  for (const formula of document.querySelectorAll(".katex-html:not(.katex-display *, :has(a, [style*=color]))"))
    formula.textContent = formula.textContent;
}"""
# For a browser whose driver waits for no promise: it is asked for what was FOUND until there is something.
FIND = f"""(asked) => {{
  {AXE_SCRIPT};
  axe.run(document, asked).then(({{ violations }}) => {{ globalThis.found = {{ violations }}; }});
}}"""
FOUND = "() => globalThis.found"


def offences(page: Page) -> list[str]:
    """Of a page in Chromium, with all folds open."""
    page.evaluate(UNFOLD)
    page.wait_for_timeout(1000)  # what has become visible asks for its fonts
    page.evaluate("async () => { await document.fonts.ready; }")
    page.evaluate(ONCE)
    return told(Axe().run(page, options=EVERYTHING).response["violations"])


def told(violations: list[dict[str, Any]]) -> list[str]:
    """A line for each element that breaks a rule."""
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in violations
        for node in rule["nodes"]
    ]
