"""What runs elsewhere: workflows that call make targets that exist, and the link check that one of them makes."""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml

from bookkit.commands import links
from tests.book._sources import ROOT

WORKFLOWS = {
    file.stem: yaml.safe_load(file.read_text(encoding="utf-8"))
    for file in ROOT.glob(".github/workflows/*.yml")
}
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40}")


def steps(workflow: str) -> list[dict[str, str]]:
    return [step for job in WORKFLOWS[workflow]["jobs"].values() for step in job["steps"]]


def made(workflow: str) -> list[str]:
    """The make targets that a workflow calls, in order."""
    return [
        target
        for step in steps(workflow)
        for target in re.findall(r"\bmake ([a-z]+)", step.get("run", ""))
        if not step["run"].startswith("apt-get")
    ]


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_workflows_call_targets_that_exist_and_actions_that_cannot_change(workflow: str) -> None:
    assert set(made(workflow)) <= TARGETS
    assert [
        step["uses"] for step in steps(workflow) if "uses" in step and not PINNED.fullmatch(step["uses"])
    ] == []
    runs = [step["run"] for step in steps(workflow) if "run" in step]
    assert [run for run in runs if not run.startswith(("apt-get ", "make ", "cp _build/"))] == []
    assert WORKFLOWS[workflow]["permissions"] == {"contents": "read"}  # a job asks for more by name
    for job in WORKFLOWS[workflow]["jobs"].values():
        assert re.fullmatch(r"debian:\d+", job.get("container", "debian:12"))


def test_each_change_is_tested_each_week_all_is_executed_and_main_is_published() -> None:
    triggers = {name: workflow[True] for name, workflow in WORKFLOWS.items()}  # YAML reads `on` as true
    assert made("test") == ["test"]
    assert "pull_request" in triggers["test"]
    assert triggers["test"]["push"]["branches-ignore"] == triggers["publish"]["push"]["branches"] == ["main"]
    assert made("publish") == ["test", "pdf"]
    assert {"test", "links", "lock"} <= set(made("weekly"))
    assert made("weekly")[-2:] == ["lock", "test"]  # on the newest versions
    assert len(triggers["weekly"]["schedule"]) == 1


class Answers(BaseHTTPRequestHandler):
    """Answers a path that is a number with that status."""

    def do_GET(self) -> None:
        status = int(self.path.strip("/"))
        self.send_response(status)
        if status == 301:
            self.send_header("Location", "/200")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def test_the_link_check_tells_the_dead_from_the_living(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        site = f"http://127.0.0.1:{server.server_port}"
        problems = {code: links.trouble(f"{site}/{code}") for code in (200, 301, 403, 404, 500)}
        server.shutdown()
    assert [code for code, problem in problems.items() if problem] == [404, 500]
    assert "404" in problems[404]
    assert links.trouble(site, tries=1)  # nobody listens any more
    page, text = tmp_path / "page.html", tmp_path / "README.md"
    page.write_text('<a href="https://one.example/a?b=1&amp;c=2#d">one</a><a href="other.html">here</a>')
    text.write_text(
        "See [two](https://two.example/x), <https://one.example/a?b=1&c=2>; http://127.0.0.1:8000/."
    )
    assert links.addresses([page], [text]) == {
        "https://one.example/a?b=1&c=2": ["README.md", "page.html"],
        "https://two.example/x": ["README.md"],
    }
    monkeypatch.setattr(links, "trouble", lambda address: "gone" if "one." in address else "")
    monkeypatch.setattr(links, "ROOT", tmp_path)
    (tmp_path / "CITATION.cff").write_text("")
    assert links.main(tmp_path) == 1
    told = capsys.readouterr()
    assert "https://one.example/a?b=1&c=2 (README.md, page.html): gone" in told.err
    assert told.out == "2 addresses asked, 1 do not answer.\n"
