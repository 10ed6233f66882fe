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
from cases import actions, appointments, debriefing, first_contact, tags
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


def test_labels_of_two_people_stand_beside_each_other(cast: Cast, case: Case, logged_in: LogIn) -> None:
    one, two = (tags.make(label, by=cast.actor("samira"), at=cast.at) for label in ("beurs", "verhuizing"))
    browser, path = logged_in(cast.bram), f"/zaken/{case.reference}/labels/"
    seen = hidden(browser.get(path), "seen")
    tags.keep(case, [one], by=cast.actor("els"), at=cast.at)
    page = browser.post(path, {"chosen": [str(two.pk)], "seen": seen})
    shown = [(row.now, row.mine) for row in page.context["both"]]
    assert (page.status_code, shown, tags.of_case(case)) == (409, [("beurs", "verhuizing")], {one.pk})
    both = {"chosen": [str(one.pk), str(two.pk)], "seen": hidden(page, "seen")}
    for _time in range(2):
        assert browser.post(path, both).status_code == 302
    assert tags.of_case(case) == {one.pk, two.pk}


def test_contact_wishes_in_two_tabs(cast: Cast, logged_in: LogIn, clock: time_machine.Traveller) -> None:
    case = make_accepted(cast, client="tom")
    browser, path = logged_in(cast.users["tom"]), f"/mijn/{case.reference}/bereiken/"
    opened = browser.get(path).context
    typed = opened["form"].initial | {"seen": opened["seen"]}
    clock.shift(HOUR / 60)
    assert browser.post(path, typed | {"name": "Thomas"}).status_code == 302
    assert browser.post(path, typed | {"name": "Thomas"}).status_code == 302  # a second click
    page = browser.post(path, typed | {"name": "Tommie"})
    shown = [(row.now, row.mine) for row in page.context["both"]]
    assert (page.status_code, shown) == (409, [("Thomas", "Tommie")])
    assert Case.objects.get(pk=case.pk).person.name == "Thomas"
    assert browser.post(path, typed | {"name": "Tommie", "seen": page.context["seen"]}).status_code == 302
    assert Case.objects.get(pk=case.pk).person.name == "Tommie"


def test_how_a_talk_with_a_group_went(cast: Cast, case: Case, logged_in: LogIn, clock: time_machine.Traveller) -> None:
    by, start = cast.actor("bram"), cast.at + HOUR
    talk = debriefing.plan(
        case, starts_at=start, minutes=90, place="Zaal 2", incident="Ongeval.", second=cast.users["ilse"], by=by,
        at=cast.at,
    )  # fmt: skip
    clock.shift(2 * HOUR)
    browser, path = logged_in(cast.bram), f"/zaken/{case.reference}/groep/{talk.pk}/"
    day = (cast.at + 35 * 24 * HOUR).date().isoformat()
    typed = {
        "present": "12",
        "want_own_talk": "2",
        "look_again_on": day,
        "version": hidden(browser.get(path), "version"),
    }
    for _time in range(2):
        assert browser.post(path, typed | {"report": "Rust."}).status_code == 302
    page = browser.post(path, typed | {"report": "Een dag vrij."})
    shown = [(row.now, row.mine) for row in page.context["both"]]
    assert (page.status_code, shown, debriefing.of_case(case)[0].report) == (409, [("Rust.", "Een dag vrij.")], "Rust.")
    again = typed | {"report": "Rust. Een dag vrij.", "version": hidden(page, "version")}
    assert browser.post(path, again).status_code == 302
    assert debriefing.of_case(case)[0].report == "Rust. Een dag vrij."
