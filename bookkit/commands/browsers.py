"""What Chromium, Firefox and WebKit do with the built book, each with all of it.

`python -m bookkit.commands.browsers` runs the tests that are written for any browser, prints what failed, and keeps
the seconds of each where the page on the build shows them from. The book must be built; ten minutes.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from bookkit.sources.in_browsers import RESULTS, failed, told_by
from bookkit.sources.project import ROOT


def main() -> int:
    """The number of checks that some browser failed, or was not asked."""
    with TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        asked = ["-n", "2", "--dist", "loadgroup", f"--junitxml={report}", "tests/browser/test_engines.py"]
        subprocess.run(
            [sys.executable, "-m", "pytest", *asked],
            cwd=ROOT,
            env=os.environ | {"NTKBOOK_WEEKLY": "1"},
            check=False,
        )
        results = told_by(report.read_text(encoding="utf-8"))
    RESULTS.write_text(json.dumps(asdict(results), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for complaint in failed(results):
        print(complaint, file=sys.stderr)
    return len(failed(results))


if __name__ == "__main__":
    sys.exit(main() > 0)
