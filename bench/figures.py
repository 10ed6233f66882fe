"""From times to figures, and from figures to what is missing. Pure."""

from dataclasses import dataclass, field
from statistics import median
from typing import Any

MOST_QUERIES = 12
MOST_GROWTH = 1.3  # p95 at the largest number of cases against the smallest
MOST_FLOORS = {"dashboard": 3, "board": 3, "case": 3, "wizard_submit": 3}
MOST_AT_ONCE = {"bulk_assign": 40}
"""Pages that do the same with a hundred cases, each checked by itself: at most so many queries."""
FLOOR = "floor"


@dataclass
class Rounds:
    """What was measured of one page: a list of seconds for each round, and pages a second."""

    times: list[list[float]] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    queries: int = 0


def percentile(times: list[float], part: float) -> float:
    """The time within which this part of the requests was answered (nearest rank)."""
    ranked = sorted(times)
    return ranked[min(len(ranked) - 1, max(0, round(part * len(ranked) + 0.5) - 1))]


def figures(cases: int, pages: dict[str, Rounds]) -> dict[str, Any]:
    """The figures of one size; each is the median of the rounds."""
    return {
        "cases": cases,
        "pages": {
            name: {
                "median_ms": round(1000 * median(median(one) for one in page.times), 1),
                "p95_ms": round(1000 * median(percentile(one, 0.95) for one in page.times), 1),
                "queries": page.queries,
                "rps": round(median(page.rates), 1),
            }
            for name, page in pages.items()
        },
    }


def missed(sizes: list[dict[str, Any]]) -> list[str]:
    """A sentence for every target that is not reached; ``sizes`` from the fewest cases to the most."""
    found = []
    for size in sizes:
        floor = size["pages"][FLOOR]["median_ms"]
        for name, page in size["pages"].items():
            where = f"{name} at {size['cases']:,} cases"
            most = MOST_AT_ONCE.get(name, MOST_QUERIES)
            if page["queries"] > most:
                found.append(f"{where}: {page['queries']} queries, at most {most}")
            times = page["median_ms"] / floor
            if times > MOST_FLOORS.get(name, times):
                found.append(f"{where}: median {times:.1f} times the floor, at most {MOST_FLOORS[name]}")
    first, last = sizes[0], sizes[-1]
    for name, page in last["pages"].items():
        growth = page["p95_ms"] / first["pages"][name]["p95_ms"]
        if growth > MOST_GROWTH:
            found.append(
                f"{name}: p95 at {last['cases']:,} cases is {growth:.2f} times that at {first['cases']:,}, "
                f"at most {MOST_GROWTH}"
            )
    return found
