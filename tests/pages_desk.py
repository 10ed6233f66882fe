"""Pages of the desk: the queue, one request, requests for advice."""

from typing import Any

from cases.models import Case, CommanderAdvice
from desk.triage import OUTCOMES
from tests.pages import DESK, At, Page, Send, register


def _request(**wanted: Any) -> str:
    """The address of a request at the desk, such as the most pressing one that is in hand."""
    case = Case.objects.at_desk().by_pressure().filter(**wanted).first()
    assert case is not None, f"the world has no request at the desk with {wanted}"
    return f"/loket/{case.reference}/"


def _advice() -> str:
    asked = CommanderAdvice.objects.select_related("intake").order_by("due_at").first()
    assert asked is not None, "the world has no request for advice"
    return f"/loket/advies/{asked.intake.reference}/"


def _with(outcome: str) -> At:
    """The page with the form of one outcome."""
    return lambda world: _request(state="in_triage") + f"?outcome={outcome}"


STALE = {"do": "decide", "outcome": "no_request", "decide-version": "0", "decide-note": "Een collega was sneller."}

register(
    Page(
        "dashboard",
        "/loket/",
        roles=DESK,
        states={
            "filtered": lambda world: "/loket/?urgency=urgent&urgency=soon&owner=me",
            "error": lambda world: "/loket/?topic=nonsense",
            "empty": lambda world: "/loket/?owner=me&topic=mental.meaning&waiting=72",
            "found": lambda world: "/loket/?q=fictief",
            "short": lambda world: "/loket/?q=ab",
            "advice": lambda world: "/loket/?queue=advice",
        },
    ),
    Page(
        "triage",
        lambda world: _request(state="in_triage", owner__email="samira@nabij.example"),
        roles=DESK,
        states={
            "new": lambda world: _request(state="submitted"),
            "waiting": lambda world: _request(state="referred"),
            "error": lambda world: Send(_request(state="in_triage"), {"do": "attempt"}),
            "changed": lambda world: Send(_request(state="in_triage"), STALE),
        }
        | {str(outcome): _with(str(outcome)) for outcome in OUTCOMES},
    ),
    Page("triage_give", lambda world: _request(state="in_triage") + "geef/", roles=DESK),
    Page("advice", lambda world: _advice(), roles=DESK),
)
