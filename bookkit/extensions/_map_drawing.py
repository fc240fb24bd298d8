"""The drawing of the map of claims: an SVG whose boxes are links, with marks for what holds each."""

from html import escape

from sphinx.util.osutil import relative_uri

from bookkit.extensions._claim_nodes import states
from bookkit.sources.book_labels import places
from bookkit.sources.claims import Claim, claims
from bookkit.sources.layers import Box, Grid, draw, users_of
from bookkit.sources.statements import Statement, statements

GRID = Grid(columns=5, width=142, gap=18, rise=46)
LINE, HEAD, FOOT, LETTERS = 15, 21, 10, 16  # heights in units of the drawing, and letters a line
MARKS = {  # drawn at the right of a box's first line, from the right
    "mutated": "M-8 3h8M-8 -1h8M-6 6l4 -10",
    "asserted": "M-8 1l3 3.5l5 -8",
    "proven": "M-7.5 -2.5h6.5v6.5h-6.5z",
}


def wrapped(words: str, letters: int = LETTERS) -> list[str]:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) > letters and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def drawing(here: str) -> str:
    """The SVG, with addresses as the page `here` must write them."""
    found = statements()
    uses = {label: each.uses for label, each in found.items()}
    heights = {label: HEAD + LINE * len(wrapped(each.name)) + FOOT for label, each in found.items()}
    made = draw(uses, heights, GRID)
    users = users_of(uses)
    curves = "\n".join(
        f'<path d="{curve.path}" data-from="{curve.start}" data-to="{curve.end}"/>' for curve in made.curves
    )
    boxes = "\n".join(
        _box(claims()[label], found[label], box, users[label], here) for label, box in made.boxes.items()
    )
    return (
        f'<svg class="claim-map" viewBox="0 0 {GRID.breadth:.0f} {made.height:.0f}" role="group"'
        ' aria-labelledby="claim-map-title" aria-describedby="claim-map-desc">\n'
        '<title id="claim-map-title">Map of the definitions and results</title>\n'
        '<desc id="claim-map-desc">What is used stands above what uses it. The arrow keys down and up follow a'
        " curve, left and right choose another end of it.</desc>\n"
        f'<g class="curves" aria-hidden="true">\n{curves}\n</g>\n{boxes}\n</svg>'
    )


def _box(claim: Claim, statement: Statement, box: Box, users: list[str], here: str) -> str:
    title = (
        f"{statement.kind.capitalize()}: {statement.title}"
        if statement.kind not in statement.title.lower()
        else statement.title
    )
    chapter = places()[statement.page].words
    address = relative_uri(f"{here}.html", places()[statement.label].address.partition("#")[0])
    rests = ", ".join(statements()[each].name for each in statement.uses)
    spoken = (
        f"{title}. {states(claim).capitalize()}. {f'Rests on {rests}.' if rests else 'Rests on no other.'}"
    )
    marks = "".join(
        f'<path class="{state}" d="{path}" transform="translate({GRID.width - 9 - 14 * place} 12)"/>'
        for place, (state, path) in enumerate(
            (state, path) for state, path in MARKS.items() if state in claim.state
        )
    )
    lines = "".join(
        f'<text x="9" y="{HEAD + LINE * place + 12}">{escape(line)}</text>'
        for place, line in enumerate(wrapped(statement.name))
    )
    return (
        f'<a href="{address}#{statement.label}" id="map-{statement.label}" class="{statement.kind}"'
        f' data-uses="{" ".join(statement.uses)}" data-users="{" ".join(users)}" data-row="{box.row}"'
        f' aria-label="{escape(spoken)}" transform="translate({box.x:.0f} {box.y:.0f})">'
        f"<title>{escape(f'{title} ({chapter}): {states(claim)}')}</title>"
        f'<rect width="{GRID.width:.0f}" height="{box.height:.0f}" rx="3"/>'
        f'<text class="kind" x="9" y="16">{statement.kind}</text>{marks}{lines}</a>'
    )


def legend() -> str:
    """What the marks mean, each drawn as in a box."""
    said = {
        "proven": "proven in the book",
        "asserted": "asserted by a test or on a page",
        "mutated": "a wrong formula made a test fail",
    }
    return "".join(
        f'<span><svg class="sign" viewBox="-11 -7 14 14" aria-hidden="true"><path class="{state}"'
        f' d="{MARKS[state]}"/></svg> {words}</span> '
        for state, words in said.items()
    )
