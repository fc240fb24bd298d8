"""The picture that stands beside a link to a page elsewhere: the book's sign, the part, the title."""

import io
import textwrap

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse

WIDTH, HEIGHT = 1200, 630  # pixels: what sites that show cards ask for
BLUE, ORANGE, INK, QUIET, PAPER = "#2f6f9f", "#d9822b", "#23262d", "#5a606b", "#fdfcfa"  # logo and light page
COLUMN = 26  # characters of the title on a line
_FONT = "DejaVu Serif"  # comes with matplotlib, so the card is the same everywhere


def card(book: str, part: str, title: str) -> bytes:
    """A PNG, the same bytes for the same words."""
    figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, HEIGHT))
    axes.set_axis_off()
    # a kernel seen from above, as on the logo: level lines that stay put along the diagonal
    for width, height, strength in ((520, 310, 0.25), (400, 225, 0.45), (280, 140, 0.7)):
        axes.add_patch(
            Ellipse(
                (1000, 320), width, height, angle=45, fill=False, edgecolor=BLUE, linewidth=5, alpha=strength
            )
        )
    axes.add_line(Line2D((935, 1065), (255, 385), color=ORANGE, linewidth=8, solid_capstyle="round"))
    axes.text(80, 540, part, fontsize=21, color=ORANGE, family=_FONT)
    lines = textwrap.fill(title, COLUMN, break_on_hyphens=False)
    axes.text(80, 490, lines, fontsize=37, color=INK, family=_FONT, va="top", linespacing=1.3)
    axes.text(80, 70, book, fontsize=18, color=QUIET, family=_FONT)
    image = io.BytesIO()
    figure.savefig(image, format="png", metadata={"Software": None})
    return image.getvalue()
