"""What is guarded: beside a case, the lists, one of each kind, and the client's own complaint."""

from typing import Any

from accounts.actors import actor_for
from cases import breaches
from cases.models import Complaint, ConfidentialityBreach, Incident, ReportingCodeCase, ReportingStep
from tests.pages import DESK, WORKERS, At, Page, Send, State, register
from tests.world import LONG_STORY, LONG_WORD, World

CASE_FOLLOWERS = ("follower:active", "follower:consent", "follower:long")
GOOD = {
    "ground": "danger_self", "to_whom": LONG_WORD, "what": LONG_WORD, "weighing": LONG_STORY[:1500], "tells": "no",
    "telling_note": LONG_WORD, "submission": "3f1de2a8-0f4e-4a57-9f0b-5b8f0e6d1c33",
}  # fmt: skip


def _in_case(name: str, key: str = "active") -> At:
    return lambda world: world.url(name, key)


def _sent(at: Any, **fields: str) -> At:
    return lambda world: Send(at(world), fields)


def _breach(world: World) -> str:
    return f"/afgeschermd/g/{ConfidentialityBreach.objects.earliest('made_at').pk}/"


def _weighed(world: World) -> Send:
    return Send(world.url("breach_add", "active"), GOOD | {"consulted": str(world.user("ilse").pk)})


def _code(world: World) -> str:
    return f"/afgeschermd/s/{ReportingCodeCase.objects.get().pk}/"


def _correction(world: World) -> str:
    return f"{_code(world)}?correct={ReportingStep.objects.earliest('at').pk}"


def _incident(world: World) -> str:
    return f"/afgeschermd/v/{Incident.objects.get().pk}/"


def _complaint(world: World) -> str:
    return f"/afgeschermd/k/{Complaint.objects.get().pk}/"


def _signed(world: World) -> str:
    """A second wish, that Els signed and Bram carried out; the client does not know yet."""
    case, at = world.case("active"), world.at
    bram, els = actor_for(world.user("bram"), at), actor_for(world.user("els"), at)
    words = breaches.Weighed(
        "danger_others", LONG_STORY[:900], world.user("ilse"), LONG_WORD, LONG_WORD, False, LONG_WORD
    )
    row = ConfidentialityBreach.objects.filter(case=case).first() or breaches.ask(case, words, by=bram, at=at)
    row.case = case
    if not breaches.steps_of(row):
        breaches.sign(row, by=els, at=at)
        breaches.carry_out(row, how=LONG_WORD, told=False, by=bram, at=at)
    return f"/afgeschermd/g/{row.pk}/"


register(
    Page(
        "guarded",
        "/afgeschermd/",
        roles=("els", *(name for name in (*DESK, *WORKERS) if name != "els"), "vera"),
        states={
            "incidents": "/afgeschermd/?list=incidents",
            "breaches": "/afgeschermd/?list=breaches",
            "codes": "/afgeschermd/?list=codes",
            "empty": State("/afgeschermd/", role="vera"),
        },
    ),
    Page(
        "case_guarded",
        _in_case("case_guarded"),
        roles=("bram",),
        states={"some": _in_case("case_guarded", "accepted"), "closed": State(_in_case("case_guarded", "helped"))},
    ),
    Page(
        "breach_add",
        _in_case("breach_add"),
        roles=("bram",),
        states={"error": _sent(_in_case("breach_add")), "sure": _weighed},
    ),
    Page(
        "breach",
        _breach,
        roles=("els", "bram"),
        states={
            "asked": State(_breach, role="bram"),
            "error": _sent(_breach, do="sign"),
            "carried_out": _signed,
            "gone": State("/afgeschermd/g/00000000-0000-0000-0000-000000000001/", status=404),
        },
    ),
    Page(
        "reporting_add",
        _in_case("reporting_add"),
        roles=("bram",),
        states={"error": _sent(_in_case("reporting_add"), colleague="999999")},
    ),
    Page(
        "reporting_code",
        _code,
        roles=("bram", "ilse", "els"),
        states={
            "error": _sent(_code, do="step", number="3", what=LONG_STORY[:500], done_on="gisteren"),
            "correction": _correction,
            "coordinator": State(_code, role="els"),
        },
    ),
    Page(
        "incident_add",
        _in_case("incident_add"),
        roles=("bram",),
        states={"error": _sent(_in_case("incident_add")), "closed": State(_in_case("incident_add", "helped"))},
    ),
    Page(
        "incident",
        _incident,
        roles=DESK,
        states={"error": _sent(_incident, do="settle2", note=LONG_WORD)},
    ),
    Page(
        "complaint_enter",
        _in_case("complaint_enter"),
        roles=("bram", *DESK),
        states={"error": _sent(_in_case("complaint_enter"))},
    ),
    Page("complaint", _complaint, roles=("els",), states={"error": _sent(_complaint)}),
    Page(
        "my_complaint",
        _in_case("my_complaint"),
        roles=("tom",),
        states={
            "error": _sent(_in_case("my_complaint"), do="more"),
            "new": State(_in_case("my_complaint", "taken"), role="lisa"),
            "new_error": State(_sent(_in_case("my_complaint", "taken"), do="new", body=LONG_STORY), role="lisa"),
        },
    ),
    Page("follow_complaint", "/volgen/aanvraag/horen/", roles=CASE_FOLLOWERS),
)
