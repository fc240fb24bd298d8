"""What the instructors' pages show: prepared explorers, quiz questions, and links to what is made from the chapters."""

from string import ascii_uppercase
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.osutil import relative_uri

from bookkit.commands.notebooks import published
from bookkit.extensions.downloads import FOLDER, launches
from bookkit.sources.sections import question, title
from bookkit.sources.toc import Part, parts

HOMEWORK = f"{FOLDER}/homework"


def homework_name(chapter: str) -> str:
    return chapter.rpartition("/")[2]


def slides_file(part: Part) -> str:
    return f"slides/part-{part.number}.html"


class ExplorerRole(SphinxRole):
    """{explorer}`words <page?name.axis=value>`: a link to a page whose explorer stands as the address says."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        words, _, target = self.text.removesuffix(">").rpartition("<")
        page, _, query = target.partition("?")
        here = self.env.docname
        address = relative_uri(f"{here}.html", f"{page}.html")
        shown = "#see" if page != "index" else ""
        return [nodes.reference("", words.strip(), refuri=f"{address}?{query}{shown}", internal=True)], []


class Written(SphinxDirective):
    """A directive that writes Markdown."""

    def written(self) -> str:
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        holder: Any = nodes.container()
        lines = StringList(self.written().split("\n"), source=self.get_source_info()[0])
        self.state.nested_parse(lines, self.content_offset, holder)
        return holder.children


class Quiz(Written):
    """{quiz} page: the chapter's prediction question."""

    required_arguments = 1

    def written(self) -> str:
        chapter = self.arguments[0]
        asked = question(chapter)
        self.env.note_dependency(self.env.doc2path(chapter))
        claims = [claim for claim, _ in asked.answers]
        reasons = [
            f"{'right' if place == asked.right else 'wrong'}. {why}"
            for place, (_, why) in enumerate(asked.answers)
        ]
        return "\n\n".join(
            [
                f"**{{ref}}`chapter-{chapter.rpartition('/')[2]}`**",
                asked.asked,
                *(f"{ascii_uppercase[place]}. {claim}" for place, claim in enumerate(claims)),
                f"````{{dropdown}} Answer: {ascii_uppercase[asked.right]}, and what to say of the others",
                *(f"*{ascii_uppercase[place]}* is {reason}" for place, reason in enumerate(reasons)),
                "````",
            ]
        )


class CourseFiles(SphinxDirective):
    """{course-files}: for each part its slides, and for each chapter its homework, with what can open it."""

    def run(self) -> list[nodes.Node]:
        return [nodes.bullet_list("", *map(self.listed, parts()))]

    def listed(self, part: Part) -> nodes.list_item:
        return nodes.list_item(
            "",
            nodes.paragraph("", "", self.link(f"{part.caption}: slides", slides_file(part))),
            nodes.bullet_list("", *(nodes.list_item("", self.homework(each)) for each in part.pages)),
        )

    def homework(self, chapter: str) -> nodes.paragraph:
        name = homework_name(chapter)
        line = nodes.paragraph("", "", self.link(title(chapter), f"{HOMEWORK}/{name}.ipynb"))
        for service, url in launches(published(), f"homework/{name}").items():
            line += [nodes.Text(", "), nodes.reference("", f"on {service}", refuri=url)]
        return line

    def link(self, words: str, file: str) -> nodes.reference:
        address = relative_uri(f"{self.env.docname}.html", file)
        return nodes.reference("", words, refuri=address, internal=True)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_role("explorer", ExplorerRole())
    app.add_directive("quiz", Quiz)
    app.add_directive("course-files", CourseFiles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
