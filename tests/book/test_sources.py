"""The rules that every page's source keeps."""

import ast
import re

import pytest

from tests.book._sources import BOOK, code_cells, prose, python, source, toc_pages

PAGES = toc_pages()
# plotting and plumbing live in ntkbook; scikit-learn's own tools stand beside the book's in chapter 14
MAY_IMPORT = {"ntkbook", "jax", "numpy", "scipy", "sklearn"}


def imported(cell: str) -> set[str]:
    """The top-level packages that a cell imports."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(python(cell))):
        if isinstance(node, ast.Import):
            modules |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add((node.module or ".").split(".")[0])
    return modules


def test_contents_name_existing_pages_once() -> None:
    assert len(PAGES) > 1
    assert sorted(PAGES) == sorted(set(PAGES))
    assert [page for page in PAGES if not (BOOK / f"{page}.md").is_file()] == []


def test_no_page_is_left_out_of_the_contents() -> None:
    written = {
        file.relative_to(BOOK).with_suffix("").as_posix()
        for file in BOOK.rglob("*.md")
        if not file.relative_to(BOOK).parts[0].startswith("_")
    }
    assert written == set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_page_has_one_title(page: str) -> None:
    assert len(re.findall(r"^# \S", prose(source(page)), re.MULTILINE)) == 1


@pytest.mark.parametrize("page", PAGES)
def test_page_stays_short(page: str) -> None:
    assert len(code_cells(source(page))) <= 25


@pytest.mark.parametrize("page", PAGES)
def test_code_fits_the_column(page: str) -> None:
    lines = [line for cell in code_cells(source(page)) for line in cell.splitlines()]
    assert [line for line in lines if len(line) > 72] == []


@pytest.mark.parametrize("page", PAGES)
def test_cells_import_the_book_and_arrays_only(page: str) -> None:
    foreign = {name for cell in code_cells(source(page)) for name in imported(cell)} - MAY_IMPORT
    assert foreign == set()


@pytest.mark.parametrize("page", PAGES)
def test_cells_install_and_download_nothing(page: str) -> None:
    cells = "\n".join(code_cells(source(page)))
    assert re.findall(r"^\s*[!%]\w+", cells, re.MULTILINE) == []
    assert "http" not in cells
