"""Rows of the timeline in words."""

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.actors import follower, system
from cases import timeline
from cases.enums import EntryKind
from cases.models import Case
from tests.factories.cast import Cast
from tests.factories.work import make_accepted


def add(case: Case, cast: Cast, kind: EntryKind, who: str = "bram", **extra: object) -> None:
    timeline.add(case, kind, by=cast.actor(who), at=cast.at, **{"for_client": True, **extra})


def staff(case: Case) -> list[timeline.Line]:
    with translation.override("en"):
        return list(timeline.for_staff(case))


def client(case: Case) -> list[timeline.Line]:
    with translation.override("en"):
        return list(timeline.for_client(case))


def test_facts_become_sentences(cast: Cast) -> None:
    case = make_accepted(cast)
    facts = {"starts_at": "2026-03-12T10:30:00+01:00", "minutes": 45, "way": "phone", "with_user": cast.bram.pk}
    add(case, cast, EntryKind.SESSION_PLANNED, facts=facts)
    [line] = staff(case)
    assert (line.text, line.by) == ("Conversation planned on Thursday 12 March, 10:30", "Bram de Wit")
    assert client(case)[0].text == "A conversation is planned on Thursday 12 March, 10:30"


def test_urgency_says_from_and_to_with_the_reason_for_staff_only(cast: Cast) -> None:
    case = make_accepted(cast)
    add(case, cast, EntryKind.URGENCY_CHANGED, facts={"from": "soon", "to": "urgent"}, text="Slaapt niet meer.")
    [line] = staff(case)
    assert (line.text, line.detail) == ("Urgency changed from soon to urgent", "Slaapt niet meer.")
    assert client(case) == []


def test_names_of_people_and_teams_come_from_the_ids(cast: Cast) -> None:
    case, team = make_accepted(cast), cast.teams["regional-west"]
    add(case, cast, EntryKind.REFERRED, who="samira", facts={"to_team": team.pk, "to_user": None})
    add(case, cast, EntryKind.TAKEN, who="els", facts={"owner": cast.samira.pk, "from": None})
    texts = {line.text for line in staff(case)}
    with translation.override("en"):
        assert texts == {f"Offered to {team}", "Given to Samira El Amrani"}
        assert {line.text for line in client(case)} == {
            f"We asked {team} to help you",
            "Samira El Amrani looks at your request",
        }


def test_a_colleagues_note_about_an_attempt_never_reaches_the_client(cast: Cast) -> None:
    case = make_accepted(cast)
    add(case, cast, EntryKind.CONTACT_ATTEMPT, facts={"way": "phone", "outcome": "no_answer"}, text="Klonk boos.")
    assert staff(case)[0].detail == "Klonk boos."
    [line] = client(case)
    assert (line.text, line.detail) == ("Bram de Wit tried to reach you", "")


def test_the_clients_own_words_come_back_to_them(cast: Cast) -> None:
    case = make_accepted(cast)
    timeline.add(case, EntryKind.ADDED, by=follower(case.pk), at=cast.at, text="Het gaat slechter.", for_client=True)
    assert (client(case)[0].detail, staff(case)[0].by) == ("Het gaat slechter.", "Client")


def test_kinds_that_are_internal_stay_internal_whatever_the_row_says(cast: Cast) -> None:
    case = make_accepted(cast)
    for kind in (
        EntryKind.NOTE,
        EntryKind.TRIAGED,
        EntryKind.ALERT_RAISED,
        EntryKind.URGENCY_CHANGED,
        EntryKind.GIVEN_BACK,
    ):
        add(case, cast, kind, text="intern")
    assert client(case) == []


def test_every_kind_has_words_without_any_facts(cast: Cast) -> None:
    case = make_accepted(cast)
    for kind in EntryKind:
        timeline.add(case, kind, by=system("test"), at=cast.at, for_client=True)
    shown = [line for number in (1, 2, 3) for line in timeline.for_staff(case, number)]
    assert {line.kind for line in shown} == set(EntryKind.values) - set(timeline.LINKS)
    assert all(line.text and "%(" not in line.text for line in [*shown, *client(case)])


def test_pages_hold_twenty_five_and_cost_the_same(cast: Cast) -> None:
    case = make_accepted(cast)
    for minute in range(60):
        at = cast.at + dt.timedelta(minutes=minute)
        facts = {"owner": cast.samira.pk, "to_team": cast.teams["desk"].pk}
        timeline.add(case, EntryKind.TAKEN, by=cast.actor("els"), at=at, facts=facts, text="zin")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = timeline.for_staff(case, 2)
    assert (len(page.object_list), page.paginator.count, len(asked)) == (25, 60, 4)
