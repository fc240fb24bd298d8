"""A notebook's process gives memory back after its cells, and nothing else is touched."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import pytest

from ntkbook import _memory

GROWS = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("import ntkbook.chapters")
from ntkbook import _memory
shell.user_ns["held"] = _memory.held
cell = "small = [bytes(1_000) for _ in range(200_000)]; grown = held(); del small"
shell.run_cell(cell).raise_error()
print(shell.user_ns["grown"], _memory.held())
"""


class Shell:
    """Stands for IPython's: keeps what is registered."""

    def __init__(self) -> None:
        self.events, self.registered = self, {}

    def register(self, event: str, function: Callable[..., None]) -> None:
        self.registered[event] = function


@pytest.fixture
def listeners(monkeypatch: pytest.MonkeyPatch) -> list[Callable[..., None]]:
    """What was given to JAX to be told of events, which this process's JAX is not."""
    given: list[Callable[..., None]] = []
    monkeypatch.setattr(jax.monitoring, "register_event_duration_secs_listener", given.append)
    return given


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_a_notebook_is_small_again_after_a_cell() -> None:
    done = subprocess.run([sys.executable, "-c", GROWS], capture_output=True, text=True, check=True)
    grown, after = map(int, done.stdout.split())
    assert after < grown - 150_000_000


def test_outside_of_a_notebook_nothing_is_done(listeners: list[Any]) -> None:
    code = "import ntkbook.chapters, sys; from ntkbook import _notebook; assert _notebook.running_shell() is None"
    subprocess.run([sys.executable, "-c", f"{code}; assert 'IPython' not in sys.modules"], check=True)
    _memory.spare(None)
    assert not listeners


@pytest.mark.usefixtures("listeners")
def test_a_hook_that_fails_breaks_no_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    shell, calls = Shell(), []

    def fails() -> None:
        calls.append(1)
        raise OSError("no memory can be read")

    monkeypatch.setattr(_memory, "_of_glibc", lambda _: None)
    monkeypatch.setattr(_memory, "give_back", fails)
    _memory.spare(shell)
    shell.registered["post_run_cell"]("a result")
    assert calls


def test_texts_are_dropped_every_few_programs(listeners: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    dropped: list[int] = []
    monkeypatch.setattr(_memory, "_of_glibc", lambda _: None)
    monkeypatch.setattr(_memory, "drop_texts", lambda: dropped.append(1))
    _memory.spare(Shell())
    for event in (_memory.COMPILED, "another") * (2 * _memory.PROGRAMS):
        listeners[0](event, 0.1, fun_name="f")
    assert len(dropped) == 2


def test_a_program_runs_on_without_its_text() -> None:
    from jax._src.interpreters import pxla

    traced: list[int] = []

    @jax.jit
    def double(x: Any) -> Any:
        traced.append(1)
        return 2 * x

    told: list[str] = []
    double(jnp.ones(3))
    assert pxla._cached_lowering_to_hlo.cache_info().currsize
    _memory.drop_texts()
    assert not pxla._cached_lowering_to_hlo.cache_info().currsize
    jax.monitoring.register_event_duration_secs_listener(lambda event, *_, **__: told.append(event))
    try:
        assert double(jnp.ones(3)).tolist() == [2, 2, 2]
    finally:
        jax.monitoring.clear_event_listeners()
    assert len(traced) == 1
    assert _memory.COMPILED not in told


def test_jax_still_tells_of_programs_by_that_name() -> None:
    told: list[str] = []
    jax.monitoring.register_event_duration_secs_listener(lambda event, *_, **__: told.append(event))
    try:
        jax.jit(lambda x: x - 3)(1.0)
    finally:
        jax.monitoring.clear_event_listeners()
    assert _memory.COMPILED in told


@pytest.mark.parametrize(("granted", "gone"), [(1.0, True), (float("inf"), False)])
def test_compiled_programs_go_where_the_process_is_large(
    granted: float, gone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    traced: list[int] = []

    @jax.jit
    def triple(x: Any) -> Any:
        traced.append(1)
        return 3 * x

    monkeypatch.setattr(_memory, "granted", lambda: granted)
    monkeypatch.setattr(_memory, "held", lambda: 1_000)
    for _ in range(2):
        triple(1.0)
        _memory.give_back()
    assert len(traced) == 1 + gone


def test_the_smallest_limit_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {_memory.GROUPS[0]: "3000\n", _memory.GROUPS[1]: "max\n"}
    monkeypatch.setattr(_memory, "_text", lambda file: told.get(file, ""))
    monkeypatch.delenv("MEM_LIMIT", raising=False)
    assert _memory.granted() == 3_000
    monkeypatch.setenv("MEM_LIMIT", "2000")
    assert _memory.granted() == 2_000


def test_another_system_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(_memory.ctypes, "CDLL", lambda _: pytest.fail("no such library there"))
    _memory.trim()
    monkeypatch.setattr(_memory, "_text", lambda _: "")
    assert _memory.held() == 0
