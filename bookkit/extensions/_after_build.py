"""What is done once all pages stand."""

from collections.abc import Callable

from sphinx.application import Sphinx


def when_pages_stand(app: Sphinx, do: Callable[[Sphinx], None], priority: int = 500) -> None:
    """Call `do` at the end of a build of pages that went well; those of lower priority come first."""

    def finished(app: Sphinx, exception: Exception | None) -> None:
        if exception is None and app.builder.format == "html":
            do(app)

    app.connect("build-finished", finished, priority=priority)
