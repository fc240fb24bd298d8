"""The code reads, and finds every name of the standard library, in the newest Python: WebAssembly's, which npm carries.

So this holds on machines that have no such Python. It has no compiled packages, and no processes; what it says is that
no syntax warns, and that nothing which the code asks of the standard library has been removed.
"""

import json
import re
import subprocess
import sys

from tests.book._sources import ROOT, code_cells, python, source, toc_pages
from tests.book.test_environment import PYTHONS
from tests.playground._engine import NODE

PYODIDE = ROOT / "front" / "node_modules" / "pyodide" / "pyodide.mjs"
IN_NODE = """
import { text } from "node:stream/consumers";
const { asked, given } = JSON.parse(await text(process.stdin));
const { loadPyodide } = await import(process.argv[1]);
const interpreter = await loadPyodide();
interpreter.globals.set("given", JSON.stringify(given));
console.log(interpreter.runPython(asked));
"""
# A browser has no other processes, no signals and no accounts.
NOT_IN_A_BROWSER = {
    "ctypes", "ensurepip", "fcntl", "msvcrt", "multiprocessing", "os.fork", "os.getloadavg", "os.killpg",
    "os.sched_getaffinity", "os.sched_setaffinity", "os.setsid", "resource", "signal.setitimer",
}  # fmt: skip
IN_PYTHON = '''
import ast, importlib, json, sys, warnings

warnings.simplefilter("error")
given, missing, read = json.loads(given), set(), 0


def look(name):
    """The object of a dotted name, as long as modules and what is in them lead on."""
    parts = name.split(".")
    found = importlib.import_module(parts[0])
    for place, part in enumerate(parts[1:], 2):
        if not hasattr(found, part):
            importlib.import_module(".".join(parts[:place]))
        found = getattr(found, part)


def asked(tree):
    """Every name of the standard library that some code imports, or reaches through an import."""
    held = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                held[one.asname or one.name.split(".")[0]] = one.name if one.asname else one.name.split(".")[0]
                yield one.name
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{one.name}" for one in node.names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in held:
            yield f"{held[node.value.id]}.{node.attr}"


for place, code in given["sources"].items():
    try:
        compile(code, place, "exec")
    except (SyntaxError, Warning) as error:
        missing.add(f"{place}: {error}")
        continue
    for name in asked(ast.parse(code)):
        if name.split(".")[0] in given["standard"]:
            read += 1
            try:
                look(name)
            except (ImportError, AttributeError, Warning):
                missing.add(name)

json.dumps({"python": sys.version.split()[0], "missing": sorted(missing), "read": read})
'''


def newest(sources: dict[str, str]) -> dict[str, object]:
    """What the newest Python finds in them, and what it misses."""
    given = {"sources": sources, "standard": sorted(sys.stdlib_module_names)}
    done = subprocess.run(
        [NODE, "--input-type=module", "--eval", IN_NODE, PYODIDE.as_uri()],
        input=json.dumps({"asked": IN_PYTHON, "given": given}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def is_in_a_browser(name: str) -> bool:
    return not any(re.match(rf"{re.escape(part)}(\.|$)", name) for part in NOT_IN_A_BROWSER)


def test_all_code_reads_in_the_newest_python_and_asks_for_nothing_that_it_has_not() -> None:
    folders = ("ntkbook", "bookkit", "benchmarks", "tests")
    files = [ROOT / "setup.py", *(file for folder in folders for file in (ROOT / folder).rglob("*.py"))]
    sources = {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in files}
    for page in toc_pages():
        for number, cell in enumerate(code_cells(source(page))):
            sources[f"{page}, cell {number}"] = python(cell)
    found = newest(sources)
    assert str(found["python"]).startswith(PYTHONS[-1])
    assert [name for name in found["missing"] if is_in_a_browser(name)] == []
    assert found["read"] > 1500


def test_what_was_removed_is_noticed() -> None:
    gone = {
        "imports": "import cgi\nfrom ast import Num\nimport os.path\n",
        "reaches": "import pkgutil as p\np.find_loader('x')\np.iter_modules()\n",
        "warns": "def f():\n    try:\n        pass\n    finally:\n        return 1\n",
        "does not read": "def f(:\n",
    }
    missing = newest(gone)["missing"]
    assert [re.split(r":|$", line)[0] for line in missing] == [
        "ast.Num",
        "cgi",
        "does not read",
        "pkgutil.find_loader",
        "warns",
    ]
