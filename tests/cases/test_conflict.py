"""Somebody saved the same meanwhile: both versions are shown, and what was typed stays."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts.actors import actor_for
from cases import actions, appointments, first_contact
from cases.enums import CaseState, SessionState
from cases.first_contact import Agreed
from cases.models import Case, FirstContact, Session, TimelineEntry
from cases.moves import Changed
from desk import snapshot
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
HOUR = dt.timedelta(hours=1)
ANSWERS = {"name": "Fenna", "relation": "vrouw", "tell_abroad": "no", "reason": "Gevraagd."}


@pytest.fixture(autouse=True)
def clock(at: dt.datetime) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at, tick=False) as traveller:
        yield traveller


@pytest.fixture
def case(cast: Cast) -> Case:
    snapshot.write(cast.at)
    return make_accepted(cast)


def hidden(page: Any, name: str) -> str:
    """What a form carries along."""
    bound = page.context["form"][name]
    return str(bound.value() or "")


def test_closing_what_changed_meanwhile(cast: Cast, case: Case, logged_in: LogIn) -> None:
    browser, path = logged_in(cast.bram), f"/zaken/{case.reference}/afsluiten/"
    version = hidden(browser.get(path), "version")
    actions.change_contact(case, {"may_identify": True}, by=cast.actor("bram"), at=cast.at)
    typed = {"outcome": "helped", "note": "Ze kan verder.", "version": version, "afterwards": "nothing"}
    page = browser.post(path, typed)
    assert page.status_code == 409
    text = page.content.decode()
    assert "Iemand heeft dit bewaard terwijl jij het open had" in text and "Ze kan verder." in text
    typed_here = ["Hulp afgerond", "Ze kan verder.", "Niets: niet bellen en geen vragen"]
    assert [(row.now, row.mine) for row in page.context["both"]] == [("", words) for words in typed_here]
    assert Case.objects.get(pk=case.pk).state == CaseState.ACCEPTED
    assert browser.post(path, typed | {"version": hidden(page, "version")}).status_code == 302
    assert Case.objects.get(pk=case.pk).state == CaseState.CLOSED


def test_the_first_contact_person(cast: Cast, case: Case, logged_in: LogIn, clock: time_machine.Traveller) -> None:
    browser, path = logged_in(cast.bram), f"/zaken/{case.reference}/eerste-contact/"
    seen = hidden(browser.get(path), "seen")
    assert seen == ""
    first_contact.change(case, Agreed(name="Hendrik", ring_days=[1]), by=cast.actor("els"), at=cast.at, reason="Belde.")
    page = browser.post(path, ANSWERS | {"seen": seen})
    assert page.status_code == 409
    rows = {row.label: (row.now, row.mine) for row in page.context["both"]}
    assert rows["Wie is de eerste contactpersoon?"] == ("Hendrik", "Fenna")
    assert rows["Op welke dagen?"] == ("maandag", "")
    assert FirstContact.objects.get().name == "Hendrik" and 'value="Fenna"' in page.content.decode()
    clock.shift(HOUR / 60)
    assert browser.post(path, ANSWERS | {"seen": hidden(page, "seen")}).status_code == 302
    assert FirstContact.objects.get().name == "Fenna"


def test_a_second_click_is_the_same_thing(cast: Cast, case: Case, logged_in: LogIn) -> None:
    browser, path = logged_in(cast.bram), f"/zaken/{case.reference}/eerste-contact/"
    typed = ANSWERS | {"seen": hidden(browser.get(path), "seen")}
    first_contact.change(case, Agreed(name="Hendrik"), by=cast.actor("els"), at=cast.at - HOUR, reason="Belde.")
    typed |= {"seen": hidden(browser.get(path), "seen")}
    assert [browser.post(path, typed).status_code for _click in range(2)] == [302, 302]
    assert TimelineEntry.objects.filter(case=case, kind="first_contact").count() == 2


def test_what_is_said_about_a_conversation(cast: Cast, case: Case, logged_in: LogIn) -> None:
    by = cast.actor("bram")
    row = appointments.plan_session(case, starts_at=cast.at - HOUR, way="phone", by=by, at=cast.at - 2 * HOUR)
    browser, path = logged_in(cast.bram), f"/zaken/{case.reference}/gesprekken/{row.pk}/"
    seen = hidden(browser.get(path), "seen")
    appointments.record_session(row, SessionState.NO_SHOW, by=by, at=cast.at)
    typed = {"state": "held", "minutes": "50", "seen": seen}
    page = browser.post(path, typed)
    assert page.status_code == 409
    assert [(row.now, row.mine) for row in page.context["both"]] == [
        ("De cliënt kwam niet", "Het is doorgegaan"), ("45", "50"),
    ]  # fmt: skip
    assert Session.objects.get(pk=row.pk).state == SessionState.NO_SHOW
    assert browser.post(path, typed | {"seen": hidden(page, "seen")}).status_code == 302
    assert Session.objects.get(pk=row.pk).state == SessionState.HELD


def test_at_triage_both_are_put_together(cast: Cast, logged_in: LogIn) -> None:
    snapshot.write(cast.at)
    case, browser = make_case(cast, topics=("work.conflict",)), logged_in(cast.samira)
    path, old = f"/loket/{case.reference}/", case.version
    actions.set_topics(case, ("private.money",), by=cast.actor("samira"), at=cast.at)
    typed = {
        "do": "assess", "assess-version": str(old), "assess-topics": ["work.conflict"], "assess-urgency": "urgent",
        "assess-reason": "Ze belde.", "assess-unit": "90 Fictief Bataljon",
    }  # fmt: skip
    page = browser.post(path, typed)
    assert page.status_code == 409
    rows = {str(row["label"]): (row["now"], row["mine"]) for row in page.context["rows"]}
    assert rows["Onderdeel"][1] == "90 Fictief Bataljon" and rows["Urgentie"] == ("Snel", "Spoed")
    again = dict(page.context["carried"]) | {"merge": "yes"}
    merged = browser.post(path, again)
    assert merged.status_code == 200 and "Ze belde." in merged.content.decode()
    assert Case.objects.get(pk=case.pk).urgency == "soon", "nothing is saved yet"
    del again["merge"]
    assert browser.post(path, again).status_code == 302
    assert Case.objects.get(pk=case.pk).urgency == "urgent"


def test_two_edits_at_the_same_moment_lose_nothing(committed_db: None, at: dt.datetime) -> None:
    cast = make_cast(at)
    case = make_accepted(cast)
    first_contact.change(case, Agreed(name="Begin"), by=actor_for(cast.bram, at), at=at, reason="Begin.")
    for turn in range(1, 21):
        moment = at + turn * HOUR
        row = FirstContact.objects.get()
        seen, gate, results = first_contact.mark(row), threading.Barrier(2), list[Any]([None, None])

        def edit(
            number: int, seen: str = seen, moment: dt.datetime = moment, gate: Any = gate, out: Any = results
        ) -> None:
            gate.wait()
            try:
                agreed = Agreed(name=f"Versie {number} van {moment:%H}")
                out[number] = first_contact.change(
                    Case.objects.get(pk=case.pk), agreed, by=actor_for(cast.bram, at), at=moment, reason="x", seen=seen
                )
            except Changed as error:
                out[number] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=edit, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        kinds = sorted(type(one).__name__ for one in results)
        assert kinds == ["Changed", "FirstContact"], results
