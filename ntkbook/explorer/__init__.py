"""Explorers: axes that the reader moves × a pure function × a picture, live with and without a kernel."""

from ntkbook.explorer.spec import Axis, Choice, Field, Line, Panel, Points
from ntkbook.explorer.widget import Explorer, picture

__all__ = ["Axis", "Choice", "Explorer", "Field", "Line", "Panel", "Points", "picture"]
