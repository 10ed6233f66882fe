"""What every page shows on which somebody looks for help."""

import datetime as dt
from dataclasses import asdict
from typing import Any

from accounts.models import Region
from cases.models import Case
from referrals.directory import finding, shown
from referrals.directory.finding import Wanted
from referrals.directory.forms.search import SearchForm


def searched(asked: Any, at: dt.datetime, *, case: Case | None = None, staff: bool = False) -> dict[str, Any]:
    """The form, one page of cards and, when there is none, what to try instead. ``asked`` is what stands in the
    address; while that asks nothing, it begins with what fits the case. All is read here, not while the page is drawn.
    Four queries; five or six when nothing fits."""
    needs, regions = list(finding.needs_for(case)), list(Region.objects.all())
    start = finding.of_case(case, needs, regions) if case else Wanted()
    given = asked if any(name in asked for name in SearchForm.base_fields) else asdict(start)
    form = SearchForm(given, needs=needs, regions=regions)
    wanted = form.wanted()
    page = finding.find(wanted, at, asked.get("page", 1))
    found = shown.cards(page.object_list, at, experience=staff and case is None)
    return {
        "form": form,
        "wanted": wanted,
        "page": page,
        "cards": found,
        "query": wanted.address(),
        "wider": wanted.wider().address() if not found and wanted != wanted.wider() else "",
        "nearest": [] if found else _instead(wanted, needs),
    }


def _instead(wanted: Wanted, needs: list[Any]) -> list[dict[str, str]]:
    """The needs nearest to what was typed, or else the first ones, in the same region."""
    near = (finding.nearest(wanted.words) if wanted.words else []) or needs[: finding.NEAREST]
    return [
        {"name": str(need), "query": Wanted(need=need.code, region=wanted.region).address()}
        for need in near if need.code != wanted.need
    ]  # fmt: skip
