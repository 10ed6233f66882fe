"""A serious incident: the list in its order, and no news to the client before the personal message."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import delivery, holding, inbox
from accounts.duty import load_calendar
from accounts.models import Notice, NoticeHold
from cases import closing, family, incidents, links, messages, splitting
from cases import mediation as talks
from cases.actions import withdraw
from cases.enums import AccessReason, AccessScope, CaseOutcome
from cases.models import AfterCare, Case, Incident, IncidentListItem, Mediation
from cases.moves import NeedsReason, NotNow
from cases.notices import tell_client
from cases.permissions import grant
from cases.splitting import Part
from tests.factories.cases import make_case, make_person
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def case(cast: Cast) -> Case:
    person = make_person(at=cast.at, user=cast.tom, safe_to_email=True, channels=["portal", "email"])
    case = make_accepted(cast, client="tom", person=person)
    end = cast.at + dt.timedelta(days=30)
    grant(
        case, reason=AccessReason.FAMILY, user_id=cast.fenna.pk, scope=AccessScope.MESSAGES, at=cast.at, ends_at=end
    )  # fmt: skip
    return case


def begin(cast: Cast, case: Case, kind: str = "death") -> Incident:
    return incidents.begin(case, kind=kind, known="Gemeld door de commandant.", by=cast.actor("bram"), at=cast.at)


def settle(cast: Cast, incident: Incident, *, at: dt.datetime, outcome: str = "done", note: str = "") -> Incident:
    step = incidents.next_step(incidents.steps_of(incident))
    assert step is not None
    step.incident = incident
    return incidents.settle(step, outcome=outcome, note=note, by=cast.actor("bram"), at=at)


def tell_in_person(cast: Cast, incident: Incident, at: dt.datetime) -> None:
    while incident.is_holding:
        incident = settle(cast, incident, at=at)


def lines_of(cast: Cast, name: str) -> int:
    return inbox.of(cast.actor(name)).count()


def test_the_list_is_copied_and_runs_in_order(cast: Cast, case: Case) -> None:
    incident = begin(cast, case)
    IncidentListItem.objects.all().delete()
    steps = incidents.steps_of(incident)
    assert len(steps) == 7 and [step.releases for step in steps] == [False, False, True, False, False, False, False]
    steps[2].incident = incident
    with pytest.raises(NotNow):
        incidents.settle(steps[2], outcome="done", note="", by=cast.actor("bram"), at=cast.at)
    with pytest.raises(NeedsReason):
        settle(cast, incident, at=cast.at, outcome="not_needed")
    for _each in range(7):
        incident = settle(cast, incident, at=cast.at)
    assert incident.ended_at == cast.at and incidents.steps_of(incident)[6].by == cast.bram


def test_what_was_due_and_what_is_told_later_is_held_and_goes_out_once(cast: Cast, case: Case) -> None:
    tell_client(case, occasion="before", at=cast.at - HOUR)
    before = lines_of(cast, "tom")
    incident = begin(cast, case)
    later = cast.at + HOUR
    messages.send(case, submission_id=uuid.uuid4(), body="Tot morgen.", by=cast.actor("bram"), at=later)
    delivery.deliver_due(later)
    assert [letter.to for letter in mail.outbox if letter.to[0].endswith("thuis.example")] == []
    assert lines_of(cast, "tom") == before and lines_of(cast, "fenna") == 0
    assert holding.how_many(source=incident.pk) == 5  # two mails and a line to Tom, a mail and a line to Fenna
    week = cast.at + dt.timedelta(days=7)
    delivery.deliver_due(week)
    tell_in_person(cast, incident, week)
    for _twice in range(2):
        delivery.deliver_due(week)
    sent = sorted(letter.to[0] for letter in mail.outbox if letter.to[0].endswith("thuis.example"))
    assert sent == ["tom@thuis.example", "tom@thuis.example"]
    hers = Notice.objects.get(user=cast.fenna, channel="email")  # asked again: no invitation stands behind her row
    assert (hers.finished_at, hers.skipped_because) == (week, "no longer let in")
    assert lines_of(cast, "tom") == before + 1 and lines_of(cast, "fenna") == 1
    assert not NoticeHold.objects.exists() and holding.how_many(source=incident.pk) == 0


def test_the_personal_message_cannot_be_skipped(cast: Cast, case: Case) -> None:
    incident = settle(cast, settle(cast, begin(cast, case), at=cast.at), at=cast.at)
    with pytest.raises(NotNow) as refused:
        settle(cast, incident, at=cast.at, outcome="not_needed", note="Loos alarm.")
    assert not isinstance(refused.value, NeedsReason)
    incident.refresh_from_db()
    assert incident.is_holding and NoticeHold.objects.exists()
    assert [step.outcome for step in incidents.steps_of(incident)[:3]] == ["done", "done", ""]
    settled = settle(cast, settle(cast, incident, at=cast.at), at=cast.at, outcome="not_needed", note="Geen familie.")
    assert not settled.is_holding and incidents.steps_of(settled)[3].outcome == "not_needed"


def test_a_mail_that_fails_after_a_long_hold_is_tried_again(cast: Cast, case: Case) -> None:
    incident = begin(cast, case)
    tell_client(case, occasion="held", at=cast.at)
    week = cast.at + dt.timedelta(days=7)
    tell_in_person(cast, incident, week)
    assert set(Notice.objects.filter(subject_id=case.pk, channel="email").values_list("created_at", flat=True)) >= {
        week
    }


def test_colleagues_are_told_as_ever_and_so_are_other_clients(cast: Cast, case: Case) -> None:
    other = make_case(cast, person=make_person(at=cast.at, safe_to_email=True))
    incident = begin(cast, case)
    mail.outbox.clear()
    messages.send(case, submission_id=uuid.uuid4(), body="Hallo?", by=cast.actor("tom"), at=cast.at)
    tell_client(other, occasion="other", at=cast.at)
    delivery.deliver_due(cast.at)
    assert {"bram@nabij.example", "tom@thuis.example"} <= {letter.to[0] for letter in mail.outbox}
    tell_in_person(cast, incident, cast.at + HOUR)
    assert Notice.objects.get(user=cast.bram, kind="case.message", channel="inbox").created_at == cast.at
    assert Notice.objects.filter(subject_id=other.pk, sent_at__isnull=False).count() == 1


def test_every_case_of_the_person_is_held(cast: Cast, case: Case) -> None:
    other = make_case(cast, person=case.person)
    begin(cast, case)
    assert set(NoticeHold.objects.values_list("subject_id", flat=True)) == {case.pk, other.pk}


def test_two_incidents_hold_until_both_were_told(cast: Cast, case: Case) -> None:
    other = make_case(cast, person=case.person, state="active", owner="bram")
    grant(other, reason=AccessReason.REFERRAL, user_id=cast.bram.pk, at=cast.at, source="accepted")
    first, second = begin(cast, case), begin(cast, other)
    tell_client(case, occasion="held", at=cast.at)
    tell_in_person(cast, first, cast.at)
    delivery.deliver_due(cast.at)
    assert not Notice.objects.filter(kind="client.news", channel="email", sent_at__isnull=False).exists()
    tell_in_person(cast, second, cast.at)
    delivery.deliver_due(cast.at)
    assert Notice.objects.filter(kind="client.news", channel="email", sent_at__isnull=False).exists()


def test_a_case_cannot_be_closed_before_it_and_ends_it_after(cast: Cast, case: Case) -> None:
    incident, bram = begin(cast, case), cast.actor("bram")
    with pytest.raises(NotNow):
        closing.close(case, outcome=CaseOutcome.STOPPED, by=bram, at=cast.at)
    tell_in_person(cast, incident, cast.at)
    closing.close(case, outcome=CaseOutcome.STOPPED, by=bram, at=cast.at)
    incident.refresh_from_db()
    assert incident.ended_at == cast.at and incident.next_look_at is None


def test_a_closed_case_is_opened_again_and_the_client_hears_nothing(cast: Cast, case: Case, logged_in: LogIn) -> None:
    bram = cast.actor("bram")
    closing.close(case, outcome=CaseOutcome.HELPED, by=bram, at=cast.at, goodbye=closing.Goodbye(calls=True))
    before = lines_of(cast, "tom"), lines_of(cast, "fenna")
    with pytest.raises(NotNow):
        begin(cast, case)
    incident = incidents.begin(
        case, kind="death", known="Gemeld.", by=bram, at=cast.at + HOUR, calendar=load_calendar()
    )  # fmt: skip
    case.refresh_from_db()
    assert (case.is_open, case.owner, incident.case.is_open) == (True, cast.bram, True)
    assert not AfterCare.objects.open().exists()
    assert (lines_of(cast, "tom"), lines_of(cast, "fenna")) == before and holding.how_many(source=incident.pk) > 0
    assert case.timeline.filter(kind="reopened").count() == 1


def test_the_page_of_a_closed_case_says_what_happens_or_where_to_go(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast), logged_in(cast.bram, headers={"accept-language": "nl"})
    closing.close(case, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=cast.at)
    path, now = f"/zaken/{case.reference}/afgeschermd/v/", timezone.now()
    Case.objects.filter(pk=case.pk).update(closed_at=now)
    assert path in browser.get(f"/zaken/{case.reference}/afgeschermd/").content.decode()
    assert "Deze zaak is afgesloten. Als je begint" in browser.get(path).content.decode()
    Case.objects.filter(pk=case.pk).update(closed_at=now - dt.timedelta(days=1000))
    page = browser.get(path).content.decode()
    assert "Het loket voert een nieuwe aanvraag in" in page and "Begin, en houd" not in page
    Case.objects.filter(pk=case.pk).update(closed_at=now)
    sent = {"kind": "death", "known": "Gemeld.", "submission": str(uuid.uuid4())}
    assert browser.post(path, sent).status_code == 302
    assert Case.objects.get(pk=case.pk).is_open and Incident.objects.get().is_holding


def test_a_withdrawn_request_leaves_what_is_held_to_the_coordinators(cast: Cast, case: Case) -> None:
    incident = begin(cast, case)
    withdraw(case, by=cast.actor("tom"), at=cast.at)
    incident.refresh_from_db()
    assert incident.ended_at is None and incident.is_holding
    els = cast.actor("els")
    while incident.ended_at is None:
        step = incidents.next_step(incidents.steps_of(incident))
        assert step is not None
        step.incident = incident
        incident = incidents.settle(step, outcome="done", note="", by=els, at=cast.at)
    assert not NoticeHold.objects.exists()


def test_the_coordinator_hears_at_once_and_each_day_that_it_is_held(cast: Cast, case: Case) -> None:
    incident = begin(cast, case)
    told = Notice.objects.filter(user=cast.els, kind="guarded.waits", channel="inbox")
    for days, count in ((0.5, 1), (1.1, 2), (2.2, 3)):
        for _twice in range(2):
            incidents.remind_due(cast.at + dt.timedelta(days=days))
        assert told.count() == count
    tell_in_person(cast, incident, cast.at + dt.timedelta(days=3))
    incidents.remind_due(cast.at + dt.timedelta(days=9))
    assert told.count() == 3


def test_begun_twice_is_once(cast: Cast, case: Case) -> None:
    assert begin(cast, case).pk == begin(cast, case, "accident").pk


@pytest.mark.parametrize("who", ["ilse", "karin", "samira", "nadia", "vera", "arie", "tom", "fenna"])
def test_others_tick_nothing(cast: Cast, case: Case, who: str) -> None:
    step = incidents.steps_of(begin(cast, case))[0]
    with pytest.raises(NotNow):
        incidents.settle(step, outcome="done", note="", by=cast.actor(who), at=cast.at)


def test_without_the_personal_message_in_the_list_it_does_not_begin(cast: Cast, case: Case) -> None:
    IncidentListItem.objects.filter(kind="death").update(releases=False)
    with pytest.raises(NotNow):
        begin(cast, case)
    assert not NoticeHold.objects.exists()


def test_the_pages(db: None, logged_in: LogIn) -> None:
    cast = make_cast(timezone.localtime())
    case = make_accepted(cast, client="tom")
    bram, begin_page = logged_in(cast.bram), f"/zaken/{case.reference}/afgeschermd/v/"
    assert bram.post(begin_page, {"kind": "", "known": "Gemeld."}).status_code == 200
    answer = bram.post(begin_page, {"kind": "death", "known": "Gemeld.", "submission": str(uuid.uuid4())})
    page, els = answer["Location"], logged_in(cast.els)
    assert "Wachten sinds" in els.get(page).content.decode()
    for _twice in range(2):
        els.post(page, {"do": "settle1", "outcome": "done", "note": "Gebeld."})
    steps = incidents.steps_of(Incident.objects.select_related("case__data_key").get())
    assert [step.outcome for step in steps[:2]] == ["done", ""]
    assert els.post(page, {"do": "settle2", "outcome": "not_needed"}).status_code == 200
    assert 'value="not_needed"' in els.get(page).content.decode()
    els.post(page, {"do": "settle2", "outcome": "done"})
    personal = els.get(page).content.decode()
    assert 'value="done"' in personal and 'value="not_needed"' not in personal and "niet overslaan" in personal
    refused = els.post(page, {"do": "settle3", "outcome": "not_needed", "note": "Loos alarm."})
    assert refused.status_code == 200 and "Loos alarm." in refused.content.decode()
    assert NoticeHold.objects.exists()
    for who in ("ilse", "samira", "nadia", "vera", "tom"):
        assert logged_in(cast.users[who]).get(page).status_code == 404
    shown = logged_in(cast.tom).get(f"/mijn/{case.reference}/verloop/").content.decode()
    assert "voorval" not in shown.lower()


def test_the_coordinator_edits_the_lists(db: None, logged_in: LogIn) -> None:
    cast = make_cast(timezone.localtime())
    els, page = logged_in(cast.els), "/organisatie/blad/incidents/"
    assert "Bel de coördinator van het loket." in els.get(page).content.decode()
    line = {"kind": "death", "place": "8", "words_nl": "Regel de bloemen.", "words_en": ""}
    assert els.post(f"{page}nieuw/", line).status_code == 302
    again = els.post(f"{page}nieuw/", line)
    assert again.status_code == 200 and IncidentListItem.objects.filter(place=8).count() == 1
    assert els.post("/organisatie/blad/terms/nieuw/", {"step": "answer", "days": "400"}).status_code == 200
    assert logged_in(cast.bram).get(page).status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_is_quick(
    db: None, logged_in: LogIn, django_assert_max_num_queries: Callable[..., object], rows: int
) -> None:
    cast = make_cast(timezone.localtime())
    for _each in range(rows):
        begin(cast, make_accepted(cast))
    els = logged_in(cast.els)
    els.get("/afgeschermd/?list=incidents")
    with django_assert_max_num_queries(12):
        shown = els.get("/afgeschermd/?list=incidents").content.decode()
    assert shown.count("data-row") == min(rows, 25)


def news(cast: Cast, *subjects: uuid.UUID) -> list[int]:
    """How many mails about each of these, to who is no colleague, the deliverer is done with."""
    delivery.deliver_due(cast.at + 2 * HOUR)
    mails = Notice.objects.filter(channel="email", user=None, finished_at__isnull=False)
    return [mails.filter(subject_id=one).count() for one in subjects]


@pytest.mark.parametrize("when", ["before", "during"])
def test_a_request_that_was_linked_is_of_the_same_person(cast: Cast, case: Case, when: str) -> None:
    """Who asked twice without an account was written down twice."""
    other = make_case(cast, person=make_person(at=cast.at, safe_to_email=True, channels=["email"]))
    if when == "before":
        links.link(case, other, reason="Zelfde nummer.", by=cast.actor("samira"), at=cast.at)
    incident = begin(cast, case)
    if when == "during":
        links.link(other, case, reason="Zelfde nummer.", by=cast.actor("samira"), at=cast.at)
    tell_client(other, occasion="news", at=cast.at + HOUR)
    assert news(cast, other.pk) == [0]
    tell_in_person(cast, incident, cast.at + HOUR)
    assert news(cast, other.pk) == [1] and news(cast, other.pk) == [1]


def test_what_is_new_in_the_case_waits_too(cast: Cast, case: Case) -> None:
    incident = begin(cast, case)
    by, at = cast.actor("bram"), cast.at + HOUR
    part = Part(("private.money",), "Schulden.", uuid.uuid4())
    new = splitting.split(case, part, by=by, at=at, calendar=load_calendar())
    wanted = family.Wanted(AccessScope.MESSAGES, cast.at.date() + dt.timedelta(days=9))
    asked = family.invite(
        case, family.Guest("Oma", email="oma@thuis.example"), wanted, submission_id=uuid.uuid4(),
        by=cast.actor("tom"), at=at,
    ).invitation  # fmt: skip
    assert news(cast, new.pk, asked.pk) == [0, 0]
    tell_in_person(cast, incident, at)
    assert news(cast, new.pk, asked.pk) == [1, 1]


@pytest.mark.parametrize("when", ["before", "during"])
def test_both_of_a_talk_hear_it_at_the_same_moment(cast: Cast, case: Case, when: str) -> None:
    def talk() -> Mediation:
        return talks.begin(
            case, other=talks.OtherOne("Piet Sterk", "manager", "piet@werk.example"), called="Tom", subject="Samen.",
            leader=cast.karin, wanted=True, by=cast.actor("bram"), at=cast.at,
        )  # fmt: skip

    mediation = talk() if when == "before" else None
    incident = begin(cast, case)
    mediation = mediation or talk()
    talks.stop(talks.sides(mediation)["client"], by=cast.actor("tom"), at=cast.at)
    assert news(cast, case.pk, mediation.pk) == [0, 0]
    tell_in_person(cast, incident, cast.at + HOUR)
    assert news(cast, mediation.pk) == [2]
    assert Notice.objects.filter(kind="talk.client", sent_at__isnull=False).count() == 2
