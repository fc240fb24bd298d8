"""A Jupyter server of one's own, whose kernels run notebooks through it as a browser has them run."""

import asyncio
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from tornado.websocket import websocket_connect

STARTUP, ENDING = 120, 15  # seconds
LARGEST = 2**28  # bytes of a message


@dataclass(frozen=True)
class Server:
    """A running JupyterLab.

    Args:
        address: host and port.
        token: that opens it.
        pid: of its process.
    """

    address: str
    token: str
    pid: int

    def start_kernel(self) -> str:
        return self.ask("POST", "api/kernels", {"name": "python3"})["id"]

    def stop_kernel(self, kernel: str) -> None:
        self.ask("DELETE", f"api/kernels/{kernel}")

    def ask(self, method: str, path: str, content: dict[str, str] | None = None) -> Any:
        request = urllib.request.Request(
            f"http://{self.address}/{path}",
            method=method,
            headers={"Authorization": f"token {self.token}"},
            data=None if content is None else json.dumps(content).encode(),
        )
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.loads(reply.read() or b"null")

    async def run(self, kernel: str, cells: list[str], done: Callable[[int], None] = lambda _: None) -> None:
        """Run cells one after the other, their outputs sent here and dropped.

        Args:
            kernel: as start_kernel returns it.
            cells: their code.
            done: told the number of each cell that has ended.

        Raises:
            RuntimeError: with what a cell raised.
        """
        channel = await websocket_connect(
            f"ws://{self.address}/api/kernels/{kernel}/channels?token={self.token}", max_message_size=LARGEST
        )
        try:
            for number, code in enumerate(cells):
                question = _execute_request(code)
                await channel.write_message(json.dumps(question))
                await _ended(channel, question["header"]["msg_id"], code)
                done(number)
        finally:
            channel.close()
            with suppress(TimeoutError):  # it is closed when the server has said so, or before
                await asyncio.wait_for(_drained(channel), 5)


def _execute_request(code: str) -> dict[str, Any]:
    header = {
        "msg_id": uuid4().hex,
        "msg_type": "execute_request",
        "session": "book",
        "username": "",
        "version": "5.3",
    }
    content = {
        "code": code,
        "silent": False,
        "store_history": True,
        "allow_stdin": True,
        "stop_on_error": True,
    }
    return {
        "header": header,
        "parent_header": {},
        "metadata": {},
        "content": content,
        "channel": "shell",
        "buffers": [],
    }


async def _ended(channel: Any, question: str, code: str) -> None:
    """Wait for a cell's reply, and for the kernel to be idle again: it may work on after its reply."""
    replied = idle = False
    while not (replied and idle):
        message = await channel.read_message()
        if message is None:
            raise RuntimeError(f"the kernel died in the cell\n{code}")
        if isinstance(message, bytes):  # a widget's numbers
            continue
        told = json.loads(message)
        if told["parent_header"].get("msg_id") != question:
            if told["content"].get("execution_state") in ("restarting", "dead"):
                raise RuntimeError(f"the kernel died in the cell\n{code}")
            continue
        if told["msg_type"] == "error":
            raise RuntimeError(
                f"{told['content']['ename']}: {told['content']['evalue']}, in the cell\n{code}"
            )
        if told["msg_type"] == "execute_reply":
            replied = True
            if told["content"]["status"] == "aborted":  # for a while after an error
                raise RuntimeError(f"the kernel refused the cell\n{code}")
        idle |= told["content"].get("execution_state") == "idle"


async def _drained(channel: Any) -> None:
    while await channel.read_message() is not None:
        pass


@contextmanager
def running_server(
    folder: Path, environment: dict[str, str], processors: set[int] | None = None, options: Sequence[str] = ()
) -> Iterator[Server]:
    """JupyterLab on a free port, with files of its own in a folder, ended with the context.

    Args:
        folder: where kernels start.
        environment: what it and its kernels have besides this process's.
        processors: the numbers of those that it and its kernels may use; by default all.
        options: more of its command line.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    own = {
        f"JUPYTER{name}": str(folder / name)
        for name in ("_CONFIG_DIR", "_RUNTIME_DIR", "LAB_SETTINGS_DIR", "LAB_WORKSPACES_DIR")
    }
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
                *(f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"),
                *(f"--ServerApp.root_dir={folder}", *options),
            ],
            env=os.environ | own | environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        if processors:
            os.sched_setaffinity(process.pid, processors)  # which its threads and kernels inherit
        try:
            server = Server(f"127.0.0.1:{port}", token, process.pid)
            _wait_until_ready(server, process, log)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(ENDING)
            except subprocess.TimeoutExpired:  # a kernel that died, or is busy, keeps it waiting
                process.kill()
                process.wait()


def _wait_until_ready(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTUP
    while process.poll() is None and time.monotonic() < deadline:
        try:
            server.ask("GET", "api/kernels")
            return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(f"JupyterLab did not start; it said:\n{log.read_text(encoding='utf-8')[-4000:]}")
