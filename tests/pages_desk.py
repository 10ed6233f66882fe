"""Pages of the desk: the queue, one request, requests for advice, duty and notices."""

from typing import Any
from urllib.parse import urlencode

from accounts.actors import actor_for
from cases.models import Case, CommanderAdvice
from desk import sought
from desk.triage import OUTCOMES
from referrals.destinations import SHOWN
from tests.pages import DESK, SIGNED_IN, At, Page, Send, State, register


def _request(**wanted: Any) -> str:
    """The address of a request at the desk, such as the most pressing one that is in hand."""
    case = Case.objects.at_desk().by_pressure().filter(**wanted).first()
    assert case is not None, f"the world has no request at the desk with {wanted}"
    return f"/loket/{case.reference}/"


def _in_hand() -> str:
    """Samira's most pressing one."""
    return _request(state="in_triage", owner__email="samira@nabij.example")


def _advice() -> str:
    asked = CommanderAdvice.objects.select_related("intake").order_by("due_at").first()
    assert asked is not None, "the world has no request for advice"
    return f"/loket/advies/{asked.intake.reference}/"


def _searched(world: Any, words: str) -> str:
    """The list that Samira gets who searches."""
    by = actor_for(world.user("samira"), world.at)
    return f"/loket/?{urlencode({'q': sought.seal(words, by, world.at)})}"


def _with(outcome: str) -> At:
    """The page with the form of one outcome."""
    return lambda world: _in_hand() + f"?outcome={outcome}"


STALE = {"do": "decide", "outcome": "no_request", "decide-version": "0", "decide-note": "Een collega was sneller."}

register(
    Page(
        "new_phrase",
        lambda world: world.url("new_phrase", "taken"),
        roles=DESK,
        states={
            "error": lambda world: Send(world.url("new_phrase", "taken")),
            "made": lambda world: Send(world.url("new_phrase", "taken"), {"asked": "on"}),
        },
    ),
    Page(
        "dashboard",
        "/loket/",
        roles=DESK,
        states={
            "filtered": lambda world: "/loket/?urgency=urgent&urgency=soon&owner=me",
            "error": lambda world: "/loket/?topic=nonsense",
            "empty": lambda world: "/loket/?owner=me&topic=mental.meaning&waiting=72",
            "found": lambda world: _searched(world, "fictief"),
            "short": lambda world: _searched(world, "ab"),
            "advice": lambda world: "/loket/?queue=advice",
            "late": lambda world: "/loket/?queue=late",
            "lacks": lambda world: f"/loket/?lacks=to&pick={_request(state='submitted').split('/')[-2]}",
        },
    ),
    Page(
        "triage",
        lambda world: _in_hand(),
        roles=DESK,
        states={
            "new": lambda world: _request(state="submitted"),
            "waiting": lambda world: _request(state="referred"),
            "error": lambda world: Send(_in_hand(), {"do": "attempt"}),
            "changed": State(lambda world: Send(_in_hand(), STALE), status=409),
            "emergency": lambda world: world.url("triage", "emergency"),
            "question_asked": lambda world: world.url("triage", "waiting"),
            "consent": lambda world: world.url("triage", "consent"),
            "long": lambda world: world.url("triage", "long"),
            "goals": State(lambda world: world.url("triage", "given_back") + "?outcome=solved_at_desk", role="joost"),
            "goals_error": State(
                lambda world: Send(world.url("triage", "given_back"), {"do": "decide", "outcome": "solved_at_desk"}),
                role="joost",
            ),
            "assess_error": lambda world: Send(world.url("triage", "sent_back"), {"do": "assess"}),
            "decide_error": lambda world: Send(
                world.url("triage", "sent_back"), {"do": "decide", "outcome": "solved_at_desk"}
            ),
        }
        | {str(outcome): _with(str(outcome)) for outcome in OUTCOMES}
        | {f"to_{code.lower()}": _with(f"refer&to={code}") for code in SHOWN},
    ),
    Page(
        "fetch_back",
        lambda world: world.url("fetch_back", "active"),
        roles=DESK,
        states={"error": lambda world: Send(world.url("fetch_back", "active"), {"reason": ""})},
    ),
    Page("triage_give", lambda world: _in_hand() + "geef/", roles=DESK),
    Page(
        "advice",
        lambda world: _advice(),
        roles=DESK,
        states={"error": lambda world: Send(_advice(), {"do": "answer"})},
    ),
    Page(
        "new_phrase",
        lambda world: world.url("new_phrase", "sent_back"),
        roles=DESK,
        states={"error": lambda world: Send(world.url("new_phrase", "sent_back"))},
    ),
    Page(
        "inbox",
        "/meldingen/",
        roles=SIGNED_IN,
        states={"client": State("/meldingen/", role="tom"), "empty": State("/meldingen/", role="vera")},
    ),
)
