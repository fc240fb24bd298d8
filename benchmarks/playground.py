"""The playground in a browser: frames a second while it trains, and its training speed drawn against undrawn.

python -m benchmarks.playground [--site _build/html] [--seconds 4] [--repeats 3]
"""

import argparse
import os
import platform
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks.report import Table, save
from bookkit.chromium import FLAGS, find_chromium
from tests.browser._site import BUILT, serve

PAGE = "part-4/playground.html"
SETTINGS = {
    "one hidden layer, width 256": "play.width=256",
    "two hidden layers, width 256": "play.width=256&play.depth=2",
    "one hidden layer, width 4096": "play.width=4096",
}

# Frames are counted where the reader sees them: every frame of a training run changes the line that counts steps.
DRAWN = """async (seconds) => {
  const buttons = [...document.querySelectorAll('.ntk-play button')];
  const press = (name) => buttons.find((button) => button.textContent === name).click();
  const line = document.querySelector('.ntk-play .count');
  const step = () => Number(line.textContent.match(/Step ([\\d,]+)/)[1].replaceAll(',', ''));
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  press('Play');
  await wait(2000);  // compiled, and the map's grid made
  let frames = 0;
  const observer = new MutationObserver(() => frames++);
  observer.observe(line, { characterData: true, childList: true, subtree: true });
  const [begin, first] = [performance.now(), step()];
  await wait(1000 * seconds);
  const [took, steps] = [(performance.now() - begin) / 1000, step() - first];
  observer.disconnect();
  press('Pause');
  return { frames: frames / took, steps: steps / took };
}"""

# The same worker, asked for a frame only at the two ends.
UNDRAWN = """async (seconds) => {
  const page = document.querySelector('script[src*="playground/page.js"]').src;
  const { orderOf, readState } = await import(new URL('settings.js', page).href);
  const { setting, points } = readState(location.search);
  const worker = new Worker(new URL('worker.js', page), { type: 'module' });
  const frame = () => new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve([performance.now(), data.run?.steps ?? 0]);
    worker.postMessage({ kind: 'frame' });
  });
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  worker.postMessage({ kind: 'configure', version: 1, order: orderOf(setting, points) });
  worker.postMessage({ kind: 'play' });
  await wait(2000);
  const [begin, first] = await frame();
  await wait(1000 * seconds);
  const [end, last] = await frame();
  worker.terminate();
  return (1000 * (last - first)) / (end - begin);
}"""


@dataclass(frozen=True)
class Speed:
    """Medians over repetitions: frames a second; steps a second with everything drawn, and with nothing."""

    frames: float
    drawn: float
    undrawn: float


def measure(page: Page, address: str, seconds: float, repeats: int) -> Speed:
    """Drawn and undrawn in turn, so that both meet the same machine."""
    frames, drawn, undrawn = [], [], []
    for _ in range(repeats):
        page.goto(address, wait_until="networkidle")
        seen = page.evaluate(DRAWN, seconds)
        frames.append(seen["frames"])
        drawn.append(seen["steps"])
        undrawn.append(page.evaluate(UNDRAWN, seconds))
    return Speed(median(frames), median(drawn), median(undrawn))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path, default=BUILT)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    with serve(options.site) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(playwright), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        speeds = {
            name: measure(page, f"{site}{PAGE}?{query}", options.seconds, options.repeats)
            for name, query in SETTINGS.items()
        }
        version = browser.version
        browser.close()
    save(table(speeds, version, options.repeats), "playground")


def table(speeds: dict[str, Speed], version: str, repeats: int) -> Table:
    load = f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}"
    return Table(
        title="The playground: frames a second, and training drawn against undrawn",
        setting=f"Twelve points, three classes, erf; Chromium {version} without a GPU, {platform.machine()}, {load}.",
        columns=("network", "frames a second", "steps a second, drawn", "undrawn", "drawn / undrawn"),
        rows=tuple(
            (
                name,
                f"{speed.frames:.0f}",
                f"{speed.drawn:,.0f}",
                f"{speed.undrawn:,.0f}",
                f"{speed.drawn / speed.undrawn:.2f}",
            )
            for name, speed in speeds.items()
        ),
        notes=(
            f"Medians of {repeats} repetitions, drawn and undrawn in turn.",
            (
                "A frame shows curves, numbers, points and the latest maps; where a map takes longer than a frame it "
                "follows some frames later. At most 25 % of the worker's time goes into maps."
            ),
        ),
    )


if __name__ == "__main__":
    main()
