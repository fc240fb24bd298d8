"""The explorers of the built book in a browser: from the input to the painted frame, on their grids and between.

python -m benchmarks.explorers [--site _build/html] [--page index.html] [--repeats 12]
"""

import argparse
import json
import os
import platform
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.report import Table, save
from bookkit.chromium import FLAGS, find_chromium
from bookkit.extensions.explorer_pages import OFFERS
from tests.browser._explorers import Shown, explorers
from tests.browser._site import BUILT, serve

FRAME, AT_ONCE = 33, 500  # milliseconds that a step on the grid, and a computed picture, may take
SLOWER = 4
FREE: dict[str, list[str]] = json.loads(OFFERS.read_text(encoding="utf-8"))
MOVED = [shown for shown in explorers() if shown.spec["axes"]]
# What a page computes where it does not compute every choice; and a wide network.
COMPUTED = {"bayes": {"method": "laplace"}, "digits": {"kernel": "MLP"}}
WIDE = ("lazy-switch", {"n": 3000, "epsilon": 0.03})

# Notes when the worker is asked, when it answers, and when a part of the picture comes.
WATCHED = """
  const Plain = Worker;
  window.worked = {};
  window.Worker = class extends Plain {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', ({ data }) => {
        window.worked[data.kind === 'part' ? 'part' : 'whole'] ??= performance.now() - window.worked.asked;
      });
    }
    postMessage(message, ...more) {
      if (message.kind === 'compute') window.worked = { asked: performance.now() };
      super.postMessage(message, ...more);
    }
  };
"""

# As browsers do, the input comes when a frame begins; the frame is painted before the task that its callback posts.
TIMED = """
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(performance.now());
    port2.postMessage(null);
  }));
  const rested = () => new Promise((resolve) => setTimeout(resolve, 600));  // Plotly has drawn, too
"""

STEPS = f"""async (live, {{ axis, count, repeats }}) => {{
  {TIMED}
  const slider = live.querySelectorAll('input[type=range]')[axis];
  const times = [];
  for (let i = 0; i < repeats; i++) {{
    await rested();
    await frame();
    const index = Math.round(Number(slider.value) / Number(slider.max) * (count - 1));
    const next = count === 1 ? 0 : i % (2 * count - 2) < count - 1 ? (index + 1) % count : (index + count - 1) % count;
    const begin = performance.now();
    slider.value = String(Number(slider.max) / (count - 1) * next);
    slider.dispatchEvent(new Event('input', {{ bubbles: true }}));
    // This callback is that of a frame; what it changes is painted at its end.
    const {{ port1, port2 }} = new MessageChannel();
    const end = new Promise((resolve) => {{ port1.onmessage = () => resolve(performance.now()); }});
    port2.postMessage(null);
    times.push((await end) - begin);
  }}
  return times;
}}"""

# From what the reader does at a place to the painted picture: its first part, and the whole of it.
ASKED = f"""async (live, [done, what]) => {{
  {TIMED}
  await rested();
  const busy = () => live.querySelector('.panels').getAttribute('aria-busy') === 'true';
  const until = (done) => new Promise((resolve) => {{
    const look = () => {{
      if (!done()) return;
      watch.disconnect();
      resolve(painted());
    }};
    const watch = new MutationObserver(look);
    watch.observe(live, {{ attributes: true, childList: true, characterData: true, subtree: true }});
  }});
  await frame();
  const begin = performance.now();
  const whole = until(() => !busy());
  const part = until(() => !busy() || live.querySelector('.stamp').textContent === 'not finished');
  ({{
    typed() {{
      const field = live.querySelector('input[type=number]'); // only axes that take any value have one
      field.value = what;
      field.dispatchEvent(new Event('change'));
    }},
    pressed() {{
      const key = new KeyboardEvent('keydown', {{ key: what, bubbles: true, cancelable: true }});
      live.querySelector('button.handle').dispatchEvent(key);
    }},
  }})[done]();
  const [first, end] = [await part, await whole];
  const {{ whole: worker, part: workerPart = worker }} = window.worked;
  return {{ part: [first - begin, workerPart], whole: [end - begin, worker] }};
}}"""


@dataclass(frozen=True)
class Times:
    """Milliseconds: of steps on the grid; of pictures that were computed, to their first part and to the end; and of
    those after a point was moved.
    """

    steps: list[float]
    part: list[float]
    whole: list[float]
    moved_part: list[float]
    moved_whole: list[float]


# The columns of both tables.
SHOWN = {"steps": FRAME, "part": AT_ONCE, "whole": AT_ONCE}
SHOWN_MOVED = {"moved_part": FRAME, "moved_whole": FRAME}


def between(axis: dict[str, Any], share: float) -> float:
    """That far from the least value of the grid to the next, of widths at most to 256."""
    low, high = axis["values"][:2]
    value = low + share * ((min(high, 256) if axis["name"] == "n" else high) - low)
    return round(value) if axis["integer"] else float(f"{value:.3g}")


def measure(page: Page, site: str, rate: int, shown: Shown, repeats: int) -> Times:
    """Steps of the first slider, then typed values of the first axis that takes any, the other axes between, too."""
    axes = [axis for axis in shown.spec["axes"] if axis["kind"] == "axis"]
    page.goto(site + shown.page, wait_until="networkidle")
    slid = {"axis": 0, "count": len(axes[0]["values"]), "repeats": repeats + 1}
    steps = shown.on(page).evaluate(STEPS, slid)[1:]
    free = [axis for axis in axes if axis["name"] in FREE.get(shown.spec["compute"], [])]
    if not free:
        return Times(steps, [], [], [], [])
    rest = {axis["name"]: between(axis, 0.3) for axis in free[1:]}
    shares = [(i + 1) / (repeats + 2) for i in range(repeats + 1)]
    values = list(dict.fromkeys(str(between(free[0], share)) for share in shares))
    rest |= COMPUTED.get(shown.spec["name"], {})
    part, whole = asked(page, site, rate, shown, rest, [("typed", value) for value in values])
    points = any(axis["kind"] == "points" for axis in shown.spec["axes"])
    keys = [
        ("pressed", ("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown")[i % 4]) for i in range(repeats + 1)
    ]
    moved = asked(page, site, rate, shown, COMPUTED.get(shown.spec["name"], {}), keys if points else [])
    return Times(steps, part, whole, *moved)


def wide(page: Page, site: str, rate: int) -> Times:
    """One picture that takes long."""
    name, setting = WIDE
    shown = next(shown for shown in MOVED if shown.spec["name"] == name)
    rest = {key: value for key, value in setting.items() if key != "n"}
    inputs = [("typed", "200"), ("typed", str(setting["n"]))]
    return Times([], *asked(page, site, rate, shown, rest, inputs), [], [])


def asked(
    page: Page, site: str, rate: int, shown: Shown, rest: dict[str, Any], inputs: list[tuple[str, str]]
) -> tuple[list[float], list[float]]:
    """First parts and whole pictures of all inputs but the first, which compiles; the worker's time as at that rate."""
    page.goto(f"{site}{shown.page}?{shown.query(rest)}", wait_until="networkidle")
    live = shown.on(page)
    times = [live.evaluate(ASKED, each) for each in inputs][1:]
    part, whole = (
        [total + (rate - 1) * in_worker for total, in_worker in (each[which] for each in times)]
        for which in ("part", "whole")
    )
    return part, whole


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path, default=BUILT)
    parser.add_argument("--page", default="", help="only explorers of this page")
    parser.add_argument("--repeats", type=int, default=12)
    options = parser.parse_args()
    chosen = [shown for shown in MOVED if options.page in ("", shown.page)]
    rows, moved = [], []
    with serve(options.site) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(playwright), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.add_init_script(WATCHED)
        client = page.context.new_cdp_session(page)

        def both(work: Any, *given: Any) -> list[Times]:
            times = []
            for rate in (1, SLOWER):
                client.send("Emulation.setCPUThrottlingRate", {"rate": rate})
                times.append(work(page, site, rate, *given))
            return times

        for shown in chosen:
            name = f"{shown.page.removesuffix('.html')}: {shown.spec['name']}"
            times = both(measure, shown, options.repeats)
            rows.append(row(name, times, SHOWN))
            if times[0].moved_part:
                moved.append(row(name, times, SHOWN_MOVED))
        if any(shown.spec["name"] == WIDE[0] for shown in chosen):
            said = ", ".join(f"{name} = {value}" for name, value in WIDE[1].items())
            rows.append(row(f"{WIDE[0]} at {said}", both(wide), SHOWN))
        version = browser.version
        browser.close()
    save(table(rows, version, options.repeats), "explorers")
    save(moved_table(moved, version, options.repeats), "explorers_points")


def row(name: str, times: list[Times], shown: dict[str, int]) -> tuple[str, ...]:
    """Of each kind of times, with what one may be: as fast as the machine is, then slowed."""
    return (name, *(taken(getattr(each, kind), limit) for kind, limit in shown.items() for each in times))


def taken(times: list[float], limit: float) -> str:
    """Median and largest, and the median as a share of what it may be."""
    if not times:
        return ""
    return f"{median(times):.0f}, {max(times):.0f} ({median(times) / limit:.2f})"


def browser_here(version: str) -> str:
    load = f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}"
    return f"Chromium {version} without a GPU, {platform.machine()}, {load}; milliseconds."


def moved_table(rows: list[tuple[str, ...]], version: str, repeats: int) -> Table:
    return Table(
        title="Points that are moved: from the key to the painted picture",
        setting=browser_here(version),
        columns=("explorer", "first picture", "slowed", "the whole", "slowed"),
        rows=tuple(rows),
        notes=(
            f"Median and largest of {repeats}, and in brackets the median as a share of {FRAME} ms.",
            "All is solved for anew: kernels, predictors, fields; for the whole the network is trained.",
        ),
    )


def table(rows: list[tuple[str, ...]], version: str, repeats: int) -> Table:
    return Table(
        title="The explorers: from the input to the painted frame",
        setting=browser_here(version),
        columns=(
            "explorer",
            "a step on the grid",
            "slowed",
            "between: first picture",
            "slowed",
            "between: the whole",
            "slowed",
        ),
        rows=tuple(rows),
        notes=(
            (
                f"Median and largest of {repeats}, and in brackets the median as a share of {FRAME} ms on the grid, "
                f"of {AT_ONCE} ms between."
            ),
            "An input comes as a frame begins, as browsers have it, and ends as that frame is painted.",
            "Between: any value of the first axis that takes one, the others between two of the grid, n ≤ 256.",
            (
                f"Slowed: Chromium slows the page's own thread {SLOWER} times, and no worker; so the worker's time "
                f"is counted {SLOWER} times."
            ),
        ),
    )


if __name__ == "__main__":
    main()
