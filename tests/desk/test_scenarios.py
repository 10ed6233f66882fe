"""The acceptance requests (tests/scenarios.yaml) taken in at their own moment, and what must and must not follow.

Checked here is what the machine decides and what the desk can do with it. Not yet part of the site, and so not here:
counting in trends and trends attached to advice (AC-01, AC-10), mediation (AC-02), counting hand-overs of one client
(AC-03), the reporting-code checklist (AC-08), the check of demands and resources (AC-11; its kinds of help are in
tests/journeys/test_tracks.py), and a deputy for an absent worker (AC-13). That a human calls in time (AC-08,
AC-09) is the work of the desk; the clocks and alerts for it are checked.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
import yaml
from django.test import Client
from django.utils import translation

from accounts.actors import ANONYMOUS
from accounts.models import Notice, Unit
from accounts.notices import KINDS
from cases import actions, cautions, messages, safe_contact
from cases.enums import CaseOutcome, CaseState, Situation
from cases.intake import Submission
from cases.models import AlertStep, Case, CommanderAdvice, Intake, Note, Person
from cases.moves import NotNow
from desk import confirmation, paging, request_page, snapshot, triage
from desk.reception import Receipt, take_in
from desk.triage import Assessment, Decision
from referrals import actions as hand_over
from referrals.matching import candidates
from referrals.models import Referral
from referrals.requests import Asked, read_file
from tests.desk.asking import Asking
from tests.factories.cast import Cast, make_cast

FILE = Path(__file__).resolve().parents[1] / "scenarios.yaml"
ASKED: dict[str, Asked] = {one.id: one for one in read_file(FILE)}
TOLD: dict[str, dict[str, Any]] = {entry["id"]: entry for entry in yaml.safe_load(FILE.read_text(encoding="utf-8"))}

STARTS = {name: entry["expect"]["urgency"] for name, entry in TOLD.items()} | {"AC-04": "urgent"}
"""What the machine starts with. An accident is urgent until a person has judged it (AC-04); the rest is as told."""

LogIn = Callable[..., Client]
Play = Callable[..., tuple[Cast, Receipt]]


def submission(name: str, **changed: Any) -> Submission:
    """The answers of one request as the form would give them; an unknown unit stays words."""
    facts, who = ASKED[name].facts, TOLD[name]["who"]
    deployed = {"unit_mission": Situation.UNIT_MISSION, "small_deployment": Situation.SMALL_DEPLOYMENT}
    away = Situation.RELATIVE_AWAY if who.get("member_on") == "unit_mission" else Situation.AT_HOME
    unit = Unit.objects.filter(name=facts.unit).first()
    topics = tuple(code for code in facts.topics if code != "not_asked")
    usual: dict[str, Any] = {
        "submission_id": uuid.uuid4(), "danger": facts.danger, "requester": facts.requester, "wish": facts.wish,
        "situation": deployed.get(facts.deployment, away), "topics": topics, "story": TOLD[name]["nl"],
        "unit_id": unit.pk if unit else None, "unit_words": facts.unit,
    }  # fmt: skip
    return Submission(**usual | changed)


@pytest.fixture
def play(db: None) -> Play:
    """Send one of the requests at its moment, with everyone on shift around it."""

    def sent(name: str, **changed: Any) -> tuple[Cast, Receipt]:
        at = ASKED[name].at
        cast = make_cast(at)
        return cast, take_in(submission(name, **changed), by=ANONYMOUS, at=at)

    return sent


def the_case() -> Case:
    return Case.objects.select_related("intake", "data_key", "person__contact", "unit", "owner").get()


def decide(cast: Cast, case: Case, outcome: str, **more: Any) -> Case:
    return triage.decide(case, Decision(outcome, **more), by=cast.actor("samira"), at=cast.at)


@pytest.mark.parametrize("name", ASKED)
def test_the_machine_decides_as_expected(play: Play, name: str) -> None:
    _cast, receipt = play(name)
    intake, expected = Intake.objects.get(), ASKED[name].expect
    got = {"handler_now": intake.handler_now, "proposal": intake.proposal, "overlay": intake.overlay}
    assert got == expected and receipt.urgency == intake.urgency == STARTS[name]
    assert intake.because_nl and intake.because_en
    assert not Referral.objects.exists(), "nothing is passed on before a person decided"


def test_ac_01_is_answered_at_the_desk_without_a_referral(play: Play) -> None:
    cast, _receipt = play("AC-01")
    case = decide(cast, the_case(), CaseOutcome.SOLVED_AT_DESK, note="Zorgverlof uitgelegd.")
    assert (case.state, case.outcome) == (CaseState.CLOSED, CaseOutcome.SOLVED_AT_DESK)
    assert the_case().outcome_note == "Zorgverlof uitgelegd."
    assert not Referral.objects.exists()


def test_ac_02_waits_for_the_clients_yes_and_tells_no_commander(play: Play) -> None:
    contact = {"email": "thuis@thuis.example", "channels": ["email"], "safe_to_email": True}
    cast, _receipt = play("AC-02", contact=contact)
    case = the_case()
    [first, *_] = candidates(case, cast.at)
    case = decide(cast, case, triage.REFER, note="Gesprek over werk.", to=first, destination="REGIONAL_DIRECT")
    assert (case.state, Referral.objects.get().state) == ("in_triage", "awaiting_consent")
    assert (first.step, first.team.code) == ("parent", "regional-west")
    assert not Notice.objects.filter(user__isnull=False).exists()
    subjects = [str(KINDS[one.kind].title).format(**one.params or {}) for one in Notice.objects.all()]
    assert subjects and not [subject for subject in subjects if "90" in subject or "compagnie" in subject]
    assert len(cautions.also_open(case.topics)) == 1


def test_ac_03_is_a_case_of_her_own_with_a_named_reader(play: Play) -> None:
    cast, receipt = play("AC-03")
    his = take_in(submission("AC-02"), by=cast.actor("tom"), at=cast.at)
    reader = confirmation.reader_of(receipt, snapshot.read().calendar)
    hers = Case.objects.get(reference=receipt.reference)
    mine = Case.objects.visible_to(cast.actor("tom"), cast.at)
    assert reader.name == "Samira El Amrani"
    assert list(mine.values_list("reference", flat=True)) == [his.reference]
    assert not hers.access.filter(user=cast.tom).exists()
    assert request_page.destination_of(hers, "") == "REGIONAL_DIRECT" != hers.intake.proposal == "DESK"


def test_ac_04_names_the_team_and_offers_it_before_anyone_else(play: Play) -> None:
    cast, receipt = play("AC-04")
    case = the_case()
    reader = confirmation.Reader("", "", "", now=True)
    with translation.override("en"):
        told = confirmation.steps(receipt, reader, "", has_window=False)[1]["text"]
    assert told.startswith("A doctor, a social worker, a personnel officer and a chaplain.")
    found = candidates(case, cast.at, destination=request_page.destination_of(case, ""))
    assert found[0].team.code == "smt-90" and not [one for one in found if one.team.kind == "regional"]
    seen = Assessment(danger=False, topics=tuple(case.topics), urgency="soon", reason="Zegt te functioneren.")
    case = triage.assess(case, seen, by=cast.actor("nadia"), at=cast.at, calendar=snapshot.read().calendar)
    assert case.urgency == TOLD["AC-04"]["expect"]["urgency"]


def test_ac_06_hears_how_to_reach_a_chaplain_and_nothing_travels(play: Play) -> None:
    cast, receipt = play("AC-06")
    lines = confirmation.chaplain_lines(receipt, snapshot.read())
    case = decide(cast, the_case(), CaseOutcome.CHAPLAIN)
    [message] = messages.of_case(case)
    message.case = case
    assert [(line.number, line.number in message.body) for line in lines] == [("088 000 00 30", True)]
    assert "dag en nacht" in lines[0].about_nl and "dag en nacht" in message.body
    assert (case.state, Referral.objects.count(), Note.objects.count()) == (CaseState.CLOSED, 0, 0)


AC_08 = {
    "name": "", "phone": "06 00 00 00 12", "channels": ["phone"], "window_from": dt.time(13),
    "window_until": dt.time(15), "may_leave_voicemail": False, "may_identify": False, "safe_to_email": False,
}  # fmt: skip


def test_ac_08_is_called_in_her_hours_and_never_written_to(play: Play) -> None:
    cast, receipt = play("AC-08", contact=AC_08 | {"email": "thuis@thuis.example"})
    case = the_case()
    assert receipt.promised_at == cast.at + dt.timedelta(hours=4)
    assert not Notice.objects.filter(user=None).exists()
    assert safe_contact.against(safe_contact.wishes_of(case), "phone", cast.at) == []
    late = cast.at + dt.timedelta(hours=3)
    assert len(safe_contact.against(safe_contact.wishes_of(case), "phone", late)) == 1
    with pytest.raises(NotNow):
        actions.log_attempt(case, way="phone", outcome="voicemail", by=cast.actor("samira"), at=cast.at)


def test_ac_08_stays_with_the_desk_and_away_from_his_worker(play: Play) -> None:
    cast, _receipt = play("AC-08")
    Case.objects.update(unit=cast.units["90bat-a"], region=cast.units["90bat"].region)
    case = the_case()
    found = candidates(case, cast.at)
    assert [(one.team.code, one.close) for one in found] == [("regional-west", True)]
    form = request_page.outcome_form(case, triage.REFER, by=cast.actor("samira"), at=cast.at)
    assert form is not None and form["to"].value() == ""
    assert not Case.objects.visible_to(cast.actor("tom"), cast.at).exists()


def test_ac_08_shows_the_strip_and_the_way_out(play: Play, logged_in: LogIn) -> None:
    cast, receipt = play("AC-08", contact=AC_08)
    with time_machine.travel(cast.at, tick=False):
        page = logged_in(cast.samira).get(f"/loket/{receipt.reference}/").content.decode()
        assert page.index("Bellen 13:00–15:00") < page.index("06 00 00 00 12") and "Niets inspreken" in page
        visitor = Client(headers={"accept-language": "nl"})
        visitor.post("/volgen/", {"reference": receipt.reference, "phrase": receipt.passphrase})
        own = [f"/volgen/aanvraag/{tail}" for tail in ("", "verhaal/", "bereiken/", "verloop/", "wie-keek/")]
        for path in ("/", "/vraag/", "/nu-hulp/", "/volgen/", "/wie-ziet-wat/", "/wegen/family/", *own):
            assert 'id="exit"' in visitor.get(path).content.decode(), path


def test_ac_09_reads_the_numbers_before_sending_and_after(db: None) -> None:
    cast = make_cast(ASKED["AC-09"].at)
    with time_machine.travel(cast.at, tick=False):
        asking = Asking()
        pages = [asking.page]
        danger, unit = {"danger": "prefer_not_to_say"}, {"unit": "onbekend"}
        asking.walk(danger=danger, unit=unit, topics={"topics": ["suicide"]}, story={"story": TOLD["AC-09"]["nl"]})
        pages.append(asking.page)
        asking.post(send="1")
        pages.append(asking.page)
    assert asking.response.context["receipt"].urgency == "emergency" and the_case().unit is None
    for page in pages:
        assert "112" in page and "0800-0113" in page
    assert "We hebben de hulpverlener van dienst gewaarschuwd." in pages[2]


def test_ac_09_alerts_at_once_and_never_closes_by_itself(play: Play) -> None:
    cast, receipt = play("AC-09")
    [first] = AlertStep.objects.order_by("number")
    assert (first.at, receipt.promised_at) == (cast.at, cast.at + dt.timedelta(minutes=30))
    assert set(Notice.objects.values_list("user__email", "channel")) == {
        ("nadia@nabij.example", "inbox"),
        ("nadia@nabij.example", "email"),
    }
    paging.step_due(cast.at + dt.timedelta(days=2))
    with pytest.raises(NotNow):
        decide(cast, the_case(), CaseOutcome.NO_REQUEST)
    nadia = cast.actor("nadia")
    attempt = actions.log_attempt(the_case(), way="phone", outcome="spoken", note="Blijft.", by=nadia, at=cast.at)
    assert (the_case().state, attempt.outcome, the_case().first_contact_at) == ("submitted", "spoken", cast.at)


def test_ac_10_leaves_no_client_behind(play: Play) -> None:
    _cast, receipt = play("AC-10")
    advice = CommanderAdvice.objects.get()
    assert (Case.objects.count(), Person.objects.count(), receipt.is_advice) == (0, 0, True)
    assert (advice.due_at, receipt.desk_was_open) == (receipt.promised_at, True)


def test_ac_11_is_still_in_time_for_the_desk(play: Play) -> None:
    cast, receipt = play("AC-11")
    assert receipt.desk_was_open and receipt.promised_at == cast.at.replace(day=12, hour=17, minute=0)
    assert the_case().intake.unit_words == "Directie Personeel (fictief)"


def test_ac_13_is_asked_about_danger_and_only_planned(play: Play) -> None:
    assert Asking().step == "danger"
    cast, _receipt = play("AC-13")
    case = the_case()
    assert request_page.proposed_outcome(case) == triage.REFER
    [first, *_] = candidates(case, cast.at)
    decide(cast, case, triage.REFER, note="Wil een afspraak.", to=first, destination="REGIONAL_DIRECT", by_phone=True)
    accepted = hand_over.accept(Referral.objects.get(), read=True, by=cast.actor("bram"), at=cast.at)
    assert (first.team.code, accepted.state, the_case().owner) == ("regional-west", "accepted", cast.bram)
