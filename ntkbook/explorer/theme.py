"""One colour is one quantity, in every figure of the book.

Hues follow Okabe and Ito's palette, darkened (light page) or lightened (dark page) until their contrast with
the page is 3:1; roles that share a panel also differ in dash, so colour never carries the meaning alone.
"""

from dataclasses import dataclass
from typing import Literal

Dash = Literal["solid", "dash", "dot", "dashdot", "longdash"]


@dataclass(frozen=True)
class Role:
    """How one quantity is drawn: its colour on a light and on a dark page, its dash, its marker."""

    light: str
    dark: str
    dash: Dash = "solid"
    width: float = 2.25
    symbol: str = "circle"


ROLES: dict[str, Role] = {
    "network": Role("#0067A6", "#5CB8F0"),
    "linearized": Role("#C04A00", "#F58A4B", dash="dash"),
    "bound": Role("#4A4F57", "#C3C8D0", dash="longdash", symbol="square"),
    "guide": Role("#767C85", "#8F96A1", dash="dot", width=1.5, symbol="x"),
    "output_layer": Role("#9C3587", "#E79BDA", dash="dashdot", symbol="star"),
    "weight_decay": Role("#7D2579", "#CC76C3", symbol="diamond"),
    "closed_form": Role("#00734F", "#3CC795", dash="dot", width=2.75, symbol="cross"),
    "target": Role("#8A5F00", "#E3B93F", dash="dashdot", symbol="star"),
    "boundary": Role("#5B3FA0", "#A992F0", dash="dashdot", symbol="diamond"),
    "other_data": Role("#9B2226", "#F08A84", dash="dashdot", symbol="x"),
    "training_points": Role("#4B6A1E", "#A9C977", dash="dash", symbol="star"),
    "laplace": Role("#8F3A10", "#E07B50", dash="longdash", symbol="square"),
    "noisy_ensemble": Role("#4F4BC4", "#A6A3FF", dash="dash", symbol="diamond"),
    "resampled_ensemble": Role("#1C2354", "#4D63FF", dash="dashdot", symbol="circle-open"),
    "data": Role("#24282E", "#E6E9ED", symbol="circle-open"),
    "chosen": Role("#24282E", "#E6E9ED", dash="dot", symbol="diamond-open"),
    "class_0": Role("#007A87", "#4FC4D1"),
    "class_1": Role("#B3245F", "#F590B8", dash="dash", symbol="square"),
    "class_2": Role("#697500", "#C2CC4E", dash="longdash", symbol="diamond"),
    "class_3": Role("#6B3D1B", "#DDA77E", dash="dot", symbol="cross"),
}


@dataclass(frozen=True)
class FieldColours:
    """The colours of a field from its least to its greatest value, evenly spaced, on a light and a dark page.

    Lightness alone tells small from large, and in a diverging field far from near zero, which has the page's own
    colour; its two sides are blue and orange, told apart in every common kind of colour blindness.
    """

    light: tuple[str, ...]
    dark: tuple[str, ...]


FIELD_COLOURS: dict[str, FieldColours] = {
    "sequential": FieldColours(
        light=("#F4F8FB", "#BBDCF0", "#6FB4DC", "#1F83BE", "#00507F", "#002A47"),
        dark=("#14202A", "#123F5C", "#1F6A99", "#3F98CF", "#86C9F2", "#DDF2FF"),
    ),
    "diverging": FieldColours(
        light=("#00507F", "#3F98CF", "#B5D9EE", "#FAFAFA", "#F6CDB2", "#DB7A3D", "#923600"),
        dark=("#A9DCFA", "#4AA3D9", "#1B4F70", "#14181E", "#6E3A1B", "#DB7A3D", "#FFC9A6"),
    ),
}
