"""The workers: the board, the own list, and one case."""

import datetime as dt
import uuid

from accounts.actors import follower
from cases import messages
from cases.enums import NoteKind, SessionState
from tests.pages import DESK, WORKERS, Page, Send, State, register
from tests.pages_files import with_long_files, with_wrong_files
from tests.world import World

FORMS = ("case_attempt", "case_close", "case_give_to_desk", "case_session_held", "case_messages", "case_notes")


def _case(name: str, roles: tuple[str, ...] = ("bram",), **states: object) -> Page:
    """A page of Bram's case with Tom; with an error state where there is a form."""
    error = {"error": lambda world: Send(world.url(name, "active"))} if name in FORMS else {}
    return Page(name, lambda world: world.url(name, "active"), roles=roles, states=error | states)


def _working_note(world: World) -> str:
    return str(world.case("active").notes.get(kind=NoteKind.WORKING).pk)


def _planned(world: World) -> str:
    return str(world.case("active").sessions.get(state=SessionState.PLANNED).pk)


def _referral(world: World, key: str = "offered", kind: str = "referral") -> str:
    return f"/overnemen/{world.case(key).referrals.get(kind=kind).pk}/"


def _many(world: World) -> str:
    """More threads than a page shows, in the case that was just accepted."""
    case = world.case("accepted")
    for number in range(messages.PER_PAGE + 2):
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"many {number}")
        at = world.at - dt.timedelta(minutes=60 - number)
        messages.send(case, submission_id=key, body=f"Bericht {number}", by=follower(case.pk), at=at)
    return world.url("case_messages", "accepted") + "?page=2"


def _reply(world: World) -> str:
    first = messages.of_case(world.case("active"))[0]
    return f"{world.url('case_messages', 'active')}?reply={first.pk}"


def _against(world: World) -> str:
    """The client of this one chose the telephone only."""
    case = world.case("active")
    case.person.contact.channels = ["phone"]
    case.person.contact.save()
    return world.url("case_messages", "active")


register(
    Page(
        "board",
        "/overnemen/",
        roles=("ilse", *(name for name in WORKERS if name != "ilse")),
        states={
            "region": "/overnemen/?region=1",
            "returned": "/overnemen/?list=returned",
            "accepted": State("/overnemen/?list=accepted", role="bram"),
            "empty": State("/overnemen/", role="wies"),
        },
    ),
    Page("referral_news", "/overnemen/nieuws/?since=2026-03-10T09:00:00%2B01:00", roles=WORKERS, whole=False),
    Page(
        "referral",
        _referral,
        roles=("ilse", "bram"),
        states={
            "error": lambda world: Send(_referral(world)),
            "mission": State(lambda world: _referral(world, "mission"), role="ruben"),
            "transfer": lambda world: _referral(world, "coached", "transfer"),
            "gone": lambda world: _referral(world, "active"),
        },
    ),
    Page(
        "referral_return",
        lambda world: f"{_referral(world)}teruggeven/",
        roles=("ilse", "bram"),
        states={
            "error": lambda world: Send(f"{_referral(world)}teruggeven/"),
            "second": lambda world: Send(
                f"{_referral(world)}teruggeven/", {"reason": "duplicate", "other": "NB-2222-2222"}
            ),
        },
    ),
    Page(
        "my_work",
        "/zaken/",
        roles=("bram", *DESK, *(name for name in WORKERS if name != "bram")),
        states={
            "closed": "/zaken/?status=closed",
            "empty": State("/zaken/", role="karin"),
            "stands_in": State("/zaken/", role="ilse"),
            "desk": State("/zaken/", role="samira"),
        },
    ),
    _case(
        "case",
        ("bram", *DESK),
        contact_only=State(lambda world: world.url("case", "active"), role="samira"),
        accepted=State(lambda world: world.url("case", "accepted")),
        closed=State(lambda world: world.url("case", "solved"), role="samira"),
        at_desk=State(lambda world: world.url("case", "long"), role="samira"),
    ),
    _case("case_attempt", ("bram", *DESK)),
    _case("case_people", ("bram", *DESK)),
    _case(
        "case_close",
        changed=State(
            lambda world: Send(
                world.url("case_close", "active"),
                {
                    "outcome": "helped",
                    "note": "Ze kan verder.",
                    "version": "0",
                    "afterwards": "ask",
                    **{f"goal_{number}": "reached" for number in range(3)},
                },
            ),
            status=409,
        ),
    ),
    _case(
        "case_give_to_desk", coaching=State(lambda world: world.url("case_give_to_desk", "active") + "?for=coaching")
    ),
    _case(
        "case_notes",
        own=State(lambda world: world.url("case_notes", "active") + "?own=1"),
        new=State(lambda world: world.url("case_notes", "active") + "?new=1"),
        empty=State(lambda world: world.url("case_notes", "accepted")),
        copied=State(lambda world: world.url("case_notes", "double1"), role="samira"),
        mentions=State(lambda world: world.url("case_notes", "taken") + "?new=1", role="samira"),
        two_tabs=State(
            lambda world: Send(
                world.url("case_notes", "active") + "?new=1",
                {"do": "keep", "body": "Een andere tekst.", "submission": str(uuid.UUID(int=7))},
            )
        ),
    ),
    Page("case_note", lambda world: world.url("case_note", "active", _working_note(world)), roles=("bram",)),
    Page(
        "case_note_share", lambda world: world.url("case_note_share", "active", _working_note(world)), roles=("bram",)
    ),
    _case("case_sessions", error=State(lambda world: Send(world.url("case_sessions", "active")))),
    _case("case_session_held"),
    Page(
        "case_session",
        lambda world: world.url("case_session", "active", _planned(world)),
        roles=("bram",),
        states={"error": lambda world: Send(world.url("case_session", "active", _planned(world)))},
    ),
    _case(
        "case_messages",
        empty=State(lambda world: world.url("case_messages", "accepted")),
        files=State(lambda world: with_long_files(world, world.url("case_messages", "long")), role="samira"),
        files_error=State(lambda world: with_wrong_files(world.url("case_messages", "active"))),
        pages=State(_many),
        reply=State(_reply),
        against=State(_against),
    ),
)
