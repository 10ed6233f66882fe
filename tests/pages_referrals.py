"""Pages about hand-overs: the board, one offered case, the client's yes, and who serves which unit."""

from typing import Any

from accounts.models import Unit
from referrals.models import Coverage, Referral
from tests.pages import Page, register

WORKERS = ("bram", "ilse", "karin", "ruben", "wies")
WEST = ("bram", "ilse")
EDITORS = ("els", "arie")


def board_page(key: str, rest: str = "") -> Any:
    """The address of the page about the hand-over of one request."""
    return lambda world: f"/overnemen/{Referral.objects.filter(case=world.case(key)).latest('created_at').pk}/{rest}"


def first_line(world: Any) -> Coverage:
    return Coverage.objects.order_by("pk")[0]


register(
    Page("board", "/overnemen/", roles=WORKERS, states={"wide": lambda world: "/overnemen/?region=1"}),
    Page("referral_news", "/overnemen/nieuws/?since=2026-01-01T00:00:00%2B00:00", roles=WORKERS),
    Page("referral", board_page("offered_urgent"), roles=WEST),
    Page("referral_return", board_page("offered", "teruggeven/"), roles=WEST),
    Page(
        "referral_consent",
        lambda world: world.url("referral_consent", "consent"),
        roles=("follower:consent",),
    ),
    Page(
        "coverage",
        "/organisatie/dekking/",
        roles=EDITORS,
        states={
            "holes": lambda world: "/organisatie/dekking/?holes=1",
            "empty": lambda world: "/organisatie/dekking/?q=zzzz",
        },
    ),
    Page(
        "coverage_add",
        "/organisatie/dekking/nieuw/",
        roles=EDITORS,
        states={"hole": lambda world: f"/organisatie/dekking/nieuw/?unit={Unit.objects.get(code='alone').pk}"},
    ),
    Page("coverage_end", lambda world: f"/organisatie/dekking/{first_line(world).pk}/einde/", roles=EDITORS),
)
