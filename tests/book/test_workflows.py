"""What runs elsewhere: workflows that call make targets that exist."""

import re

import pytest
import yaml

from tests.book._sources import ROOT
from tests.book.test_environment import PYTHONS

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
    newest = re.escape(PYTHONS[-1])
    for job in WORKFLOWS[workflow]["jobs"].values():
        assert re.fullmatch(rf"debian:12|python:{newest}-bookworm", job.get("container", "debian:12"))


def test_each_change_is_tested_each_week_all_is_executed_and_main_is_published() -> None:
    triggers = {name: workflow[True] for name, workflow in WORKFLOWS.items()}  # YAML reads `on` as true
    assert made("test") == ["test"]
    assert "pull_request" in triggers["test"]
    assert triggers["test"]["push"]["branches-ignore"] == triggers["publish"]["push"]["branches"] == ["main"]
    assert made("publish") == ["test", "pdf"]
    assert {"test", "links", "lock"} <= set(made("weekly"))
    assert made("weekly")[-3:] == ["lock", "test", "test"]  # on the newest versions, and on the newest Python
    assert list(WORKFLOWS["weekly"]["jobs"]) == ["pinned", "newest", "newest-python"]
    assert len(triggers["weekly"]["schedule"]) == 1
