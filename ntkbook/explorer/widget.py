"""The explorer as a Jupyter widget: its grid, its still pictures, and answers to what the grid lacks."""

import zlib
from base64 import b64encode
from dataclasses import asdict
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import IPython.display
import numpy as np
import plotly
import traitlets

from ntkbook._notebook import hides_what_precedes, is_watched
from ntkbook.explorer import front, stored
from ntkbook.explorer.grid import (
    Arrays,
    Describe,
    check_same_shapes,
    compute_cell,
    default_cell,
    encode,
)
from ntkbook.explorer.plotly_spec import check_panel, figure, view
from ntkbook.explorer.spec import AnyAxis, Choice, Compute, Panel, Points, Setting, Value, check_names
from ntkbook.explorer.static import photograph, plain, still
from ntkbook.explorer.theme import ROLES

REMEMBERED = 64  # settings whose arrays a kernel keeps, for each explorer


class Explorer(anywidget.AnyWidget):
    """Axes × a pure function × a picture.

    In a notebook the explorer of a chapter brings its whole grid, which was computed with the book, as long as this
    package is unchanged since. Any other explorer brings its default setting, and whatever else the reader sets is
    computed by the kernel when it is asked for; saved, such an explorer shows the default setting alone. While pages
    are built (NTKBOOK_GRIDS=write), `compute` and `describe` are evaluated on the whole grid, for a page has no kernel.

    Args:
        name: in the page's address.
        title: above the explorer.
        look_for: what the reader is to look for.
        axes: what the reader moves.
        compute: called with the setting by name, as `compute(**setting)`; returns named one-dimensional arrays.
        describe: called as `describe(setting, arrays)`; says in a sentence what they show.
        panels: one or more, that show the arrays.

    Raises:
        ValueError: without panels, for names that cannot stand in an address, and for arrays that do not fit the panels
            or change their length with the setting.
    """

    _carrier: ClassVar["Explorer | None"] = None
    _esm = front.bundled("widget.js")
    _css = front.bundled("widget.css")

    spec = traitlets.Dict().tag(sync=True)
    grid = traitlets.Bytes().tag(sync=True)
    stills = traitlets.List(traitlets.Unicode()).tag(sync=True)
    setting = traitlets.Dict().tag(sync=True)
    """What the reader has set; a view that is drawn again starts from it, and follows what is set here."""
    plotly_url = traitlets.Unicode().tag(sync=True)
    """Where a host without a kernel imports Plotly from, an ES module; where it is empty, the kernel is asked."""
    plotly = traitlets.Bytes().tag(sync=True, from_json=lambda _, widget: widget.plotly)
    """Plotly, deflated, in a notebook's first explorer alone, so that no request waits behind the cells that follow. A
    page empties it once read, lest a saved notebook carry it; the kernel keeps it for a page that is loaded anew."""
    in_page = traitlets.Bool(False).tag(sync=True)
    """Whether the setting stands in the address of the page, so that a link carries it."""

    def __init__(
        self,
        *,
        name: str,
        title: str,
        look_for: str,
        axes: tuple[AnyAxis, ...],
        compute: Compute,
        describe: Describe,
        panels: tuple[Panel, ...],
    ) -> None:
        check_names(axes, name)
        if not panels:
            raise ValueError(f"explorer {name!r} has no panels; give at least one")
        grid = stored.obtain(name, title, axes, compute, describe)
        for panel in panels:
            check_panel(panel, grid.arrays)
        default = default_cell(axes)
        self.axes, self.whole = axes, grid.cells is None
        self.panels = tuple((panel, view(panel, grid.arrays)) for panel in panels)
        self.default = grid.cell(default)

        @lru_cache(REMEMBERED)
        def computed(*values: tuple[str, Value]) -> tuple[Arrays, str]:
            return compute_cell(compute, describe, dict(values))

        self._computed = computed
        super().__init__(
            spec={
                "name": name,
                "title": title,
                "look_for": look_for,
                "sentence": grid.sentence(default),
                "axes": [_plain(axis) for axis in axes],
                "panels": [
                    {"title": panel.title, "figure": figure(panel, view, whole=self.whole)}
                    for panel, view in self.panels
                ],
                "roles": {role: asdict(ROLES[role]) for panel in panels for role in _roles(panel)},
                "compute": f"{compute.__module__}:{compute.__qualname__}" if axes else "",
                "describe": f"{describe.__module__}:{describe.__qualname__}"
                if axes and all(map(stored.is_ours, (compute, describe)))
                else "",
            },
            grid=encode(grid),
            stills=[still(panel, self.default, view) for panel, view in self.panels],
            plotly=self._library(),
        )
        if self.plotly:
            Explorer._carrier = self
        self.on_msg(self._receive)

    def _ipython_display_(self) -> None:
        """Before a reader, two outputs: the picture, and the explorer, whose stylesheet hides it.

        Opened anew without the kernel that made the explorer, a notebook has the picture still; Jupyter itself would
        show in place of the explorer that it is lost, and none of what else its output holds.
        """
        bundle = None if stored.writing() or not hides_what_precedes() else self._repr_mimebundle_()
        if bundle is None:
            raise NotImplementedError  # IPython then shows the one bundle
        data, metadata = bundle
        picture = {"image/png": data.pop("image/png"), "text/plain": data["text/plain"]}
        IPython.display.publish_display_data(picture, {"image/png": metadata.pop("image/png")})
        IPython.display.publish_display_data(data, metadata)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Where no widget can be shown, the default setting: a picture with its title and sentence, and these alone.

        A page that is being built shows the widget, and has still pictures of its own.
        """
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            title, sentence = self.spec["title"], self.spec["sentence"]
            words = plain(f"{title}. {sentence}")
            bundle[0]["text/plain"] = words
            if not stored.writing():
                png = photograph(title, sentence, self.panels, self.default)
                bundle[0]["image/png"] = b64encode(png).decode()
                bundle[1]["image/png"] = {"alt": words}
        return bundle

    @classmethod
    def _library(cls) -> bytes:
        """Plotly for the first explorer that a reader sees, and once more if that one was closed."""
        if not is_watched() or (cls._carrier is not None and cls._carrier.comm is not None):
            return b""
        return zlib.compress(_plotly_js())

    def _receive(self, _: object, message: dict[str, Any], __: list[memoryview]) -> None:
        """The front-end's custom messages: is there a kernel? the drawing library; an off-grid setting."""
        match message:
            case {"type": "hello"}:
                self.send({"type": "kernel"})
            case {"type": "plotly"}:
                self.send({"type": "plotly"}, [_plotly_js()])
            case {"type": "compute", "request": request, "setting": setting}:
                self.send({"type": "started", "request": request})
                self._answer(request, setting)

    def _answer(self, request: str, setting: Setting) -> None:
        try:
            arrays, sentence = self._computed(*sorted(setting.items()))
            check_same_shapes(self.default, arrays, setting)
        except Exception as error:  # whatever went wrong is for the reader to see, in words
            self.send({"type": "error", "request": request, "message": str(error) or type(error).__name__})
        else:
            self.send(
                {"type": "result", "request": request, "sentence": sentence, "names": list(arrays)},
                [array.tobytes() for array in arrays.values()],
            )


def picture(arrays: dict[str, Any], panels: tuple[Panel, ...], *, title: str, describe: str) -> Explorer:
    """A figure: an explorer without sliders.

    Args:
        arrays: one-dimensional, by name.
        panels: one or more, that show them.
        title: above the figure.
        describe: says in a sentence what it shows.
    """
    fixed: Arrays = {name: np.asarray(array) for name, array in arrays.items()}
    return Explorer(
        name="picture",
        title=title,
        look_for="",
        axes=(),
        compute=lambda: fixed,
        describe=lambda _, __: describe,
        panels=panels,
    )


def _plain(axis: AnyAxis) -> dict[str, Any]:
    """As the front-end reads it. Labels travel as a list: notebooks sort the keys of a dictionary."""
    if isinstance(axis, Choice):
        kept = {"name": axis.name, "label": axis.label, "default": axis.default}
        return kept | {"kind": "choice", "values": axis.values, "labels": list(axis.options.values())}
    if isinstance(axis, Points):
        kept = {"name": axis.name, "label": axis.label, "default": axis.default, "values": axis.values}
        kept |= {"classes": axis.given.classes, "most": axis.given.most, "box": axis.given.box}
        return kept | {"kind": "points", "drawn": axis.drawn, "height": axis.height or ""}
    return asdict(axis) | {"kind": "axis"}


def _roles(panel: Panel) -> list[str]:
    return [line.role for line in panel.lines]


@cache
def _plotly_js() -> bytes:
    """plotly.js as the plotly wheel carries it, so that Jupyter needs no network."""
    return (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes()
