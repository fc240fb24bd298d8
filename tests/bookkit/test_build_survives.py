"""A small book, built on an awkward path, without a network, and through kills: as if nothing had happened.

Its numbers are computed twice, in fresh processes, so this is also the test that two cold builds agree.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.book._sources import EXECUTED, MADE, ROOT

SET_UP = [f"--old-file={made}/.ready" for made in (".venv", "_build/vendor")]
TOC = "format: jb-book\nroot: index\nparts:\n  - caption: Part\n    chapters:\n      - file: measured\n"
PAGES = {
    "index": "# A small book\n\nA formula, $\\Theta = J J^\\top$, and {doc}`a measurement <measured>`.\n",
    "measured": EXECUTED
    + """
# Measured

```{code-cell} python
import jax
import jax.numpy as jnp
import ntkbook as nb
from ntkbook.explorer import Axis, Explorer, Line, Panel

def spectrum(n):
    net, X = nb.mlp(2, 3, n), jax.random.normal(jax.random.key(1), (40, 2))
    J = nb.jacobian(net.apply, net.init(jax.random.key(0)), X)
    return {"i": jnp.arange(120.0), "eigenvalue": jnp.linalg.eigvalsh(J @ J.T)}

print(spectrum(256)["eigenvalue"].tolist())
Explorer(
    name="spectrum", title="Eigenvalues", look_for="They hardly change.", compute=spectrum,
    axes=(Axis("n", "width n", values=(64, 256), default=256, integer=True),),
    panels=(Panel("Spectrum", x="i", x_label="i", y_label="λ", lines=(Line("eigenvalue", "NTK", role="network"),)),),
    describe=lambda setting, arrays: f"At width n = {setting['n']} the largest is {arrays['eigenvalue'][-1]:.3g}.",
)
```
""",
}
# Puts what it starts into a network of its own, with nothing in it but this machine's name for itself.
OFFLINE = """
import os, socket, struct, sys
from ctypes import CDLL
from fcntl import ioctl
unshare = getattr(CDLL(None), "unshare", lambda flags: -1)  # Linux has it
if unshare(0x40000000 if os.geteuid() == 0 else 0x50000000) == 0:  # CLONE_NEWNET, CLONE_NEWUSER
    with socket.socket() as loopback:
        ioctl(loopback, 0x8914, struct.pack("16sh", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP
else:
    print("the network stays open", flush=True)
os.execvp(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with a small book, and the set-up of this one."""
    copy = tmp_path_factory.mktemp("made") / "książka o jądrach"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*MADE, "tests"))
    for source in (copy / "book").rglob("*.md"):
        source.unlink()
    for name, text in PAGES.items():
        (copy / "book" / f"{name}.md").write_text(text)
    (copy / "_toc.yml").write_text(TOC)
    for made in (".venv", "front/node_modules"):
        (copy / made).symlink_to(ROOT / made)
    for made in ("vendor", "answers"):  # of exercises that it has not, but measured for a minute
        shutil.copytree(ROOT / "_build" / made, copy / "_build" / made, copy_function=shutil.copy2)
    return copy


def make(project: Path, kill_when: Callable[[str], bool] = lambda said: False) -> tuple[bool, str]:
    """`make book` without a network, killed with all that it started as soon as it has said so much."""
    log = project / "said.txt"
    with log.open("w") as said:
        build = subprocess.Popen(
            [sys.executable, "-c", OFFLINE, "make", *SET_UP, "book"],
            cwd=project,
            stdout=said,
            stderr=said,
            start_new_session=True,
            env={**os.environ, "JAX_PLATFORMS": "cpu"},
        )
        while build.poll() is None and not kill_when(log.read_text()):
            time.sleep(0.05)
        if build.poll() is None:
            os.killpg(build.pid, signal.SIGKILL)
        return build.wait() == 0, log.read_text()


def built(project: Path) -> dict[str, bytes]:
    """All that a reader gets."""
    html = project / "_build" / "html"
    return {
        file.relative_to(html).as_posix(): file.read_bytes() for file in html.rglob("*") if file.is_file()
    }


def test_a_build_offline_on_an_awkward_path_survives_kills(project: Path) -> None:
    done, said = make(project)
    assert done, said
    undisturbed = built(project)
    assert re.search(rb"\d\.\d{9}", undisturbed["measured.html"])  # numbers to the last digit
    assert [name for name in undisturbed if name.endswith(".grid")]

    shutil.rmtree(project / "_build" / "html")
    for made in (".doctrees", ".jupyter_cache", "jupyter_execute"):
        shutil.rmtree(project / "_build" / made, ignore_errors=True)
    cache = project / "_build" / ".jupyter_cache"
    for moment in (
        lambda said: cache.is_dir(),  # the page is being executed
        lambda said: "executed measured" in said,  # it is, and Sphinx starts
        lambda said: "writing output" in said,
    ):
        done, said = make(project, kill_when=moment)
        assert not done, "it was over before it could be killed"
    done, said = make(project)
    assert done, said
    again = built(project)
    assert sorted(again) == sorted(undisturbed)
    assert [name for name in again if again[name] != undisturbed[name]] == []
    if "the network stays open" in said:
        pytest.skip("all else was tested; but this machine lets no test shut its network")
