"""make bench: measure the pages at 1,000 and 100,000 cases. See bench/README.md."""

import argparse
import json
import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from bench.driver import Driver, drive
from bench.figures import figures, missed
from bench.site import Site
from desk.embedded import REPOSITORY, EmbeddedError, servers

SIZES = (1_000, 100_000)


def say(line: str) -> None:
    """Progress, beside the figures."""
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


def main() -> int:
    """The exit code: 1 with --check when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures the pages over HTTP.")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    parser.add_argument("--fresh", action="store_true", help="load the databases anew")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="numbers of cases")
    parser.add_argument("--pages", nargs="+", default=[], metavar="PAGE", help="only these, and the floor")
    chosen = parser.parse_args()
    folder = Path(os.environ.get("NABIJ_VAR") or REPOSITORY / "var" / "bench")
    try:
        with servers(folder) as both, ExitStack() as stack:
            sites = [Site(both, cases) for cases in sorted(chosen.sizes)]
            for site in sites:
                say(f"{site.cases:,} cases: loading, unless they are there")
                site.load(fresh=chosen.fresh)
            drivers = [Driver(stack.enter_context(site.open()), chosen.pages) for site in sites]
            drive(drivers, say)
            found = [figures(driver.site.cases, driver.seen) for driver in drivers]
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    for size in found:
        print(json.dumps(size), flush=True)
    wrong = missed(found)
    for line in wrong or ["All targets are reached."]:
        say(line)
    return 1 if wrong and chosen.check else 0


if __name__ == "__main__":
    sys.exit(main())
