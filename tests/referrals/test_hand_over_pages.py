"""The pages about hand-overs over HTTP: who may, what is shown, what is kept when it is wrong, how many queries."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from cases.contact import log_attempt
from cases.enums import AccessReason
from cases.models import Case, CaseAccess, Session
from cases.permissions import grant
from desk.templatetags.nabij import machine_time
from referrals import actions, feedback, introducing
from referrals.enums import Verdict
from referrals.models import Capacity, Feedback, Referral
from tests.factories.cases import PHRASE, make_case
from tests.factories.cast import Cast
from tests.factories.referrals import SUMMARY, make_come_back, make_referral, make_second
from tests.factories.work import make_accepted

Browser = Callable[..., Client]
LIST, OPINIONS = "/overdrachten/", "/overdrachten/oordelen/"


@pytest.fixture(autouse=True)
def stopped_clock(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Views live at the cast's moment."""
    monkeypatch.setattr(timezone, "now", lambda: cast.at)
    yield


def text(answer: object) -> str:
    return answer.content.decode()


def warm(cast: Cast) -> Referral:
    """Samira passed it on with a talk of three; Bram accepted."""
    referral = make_referral(cast, make_case(cast, primary_contact=cast.samira))
    Referral.objects.filter(pk=referral.pk).update(warm=True)
    return actions.accept(Referral.objects.get(pk=referral.pk), read=True, by=cast.actor("bram"), at=cast.at)


def queries(browser: Client, address: str) -> int:
    """As DECISIONS counts: without transaction control and without the audit's INSERT."""
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(address).status_code == 200
    skipped = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", 'INSERT INTO "accounts_auditevent"')
    return len([query for query in seen.captured_queries if not query["sql"].startswith(skipped)])


def page_of(referral: Referral) -> str:
    return reverse("case_hand_overs", args=[Case.objects.get(pk=referral.case_id).reference])


def talk(**fields: str) -> dict[str, str]:
    number = "6f1d7c1e-3a55-4a0e-9d0e-0f6c9f2b7a11"
    return {
        "day": "2026-03-12", "time": "10:30", "way": "visit", "place": "Gebouw 12", "minutes": "30",
        "reason": "In overleg.", "submission": number,
    } | fields  # fmt: skip


def test_the_desk_plans_the_talk_and_the_client_reads_of_it(cast: Cast, logged_in: Browser) -> None:
    referral = warm(cast)
    desk = logged_in(cast.samira)
    assert cast.bram.name in text(desk.get(page_of(referral)))
    for _twice in range(2):
        assert desk.post(page_of(referral), talk()).status_code == 302
    planned = Session.objects.get(case=referral.case)
    assert (planned.with_user, planned.also_user, planned.place) == (cast.bram, cast.samira, "Gebouw 12")
    assert "Gebouw 12" in text(desk.get(page_of(referral)))
    assert AuditEvent.objects.filter(action="case.viewed", part="hand-overs").count() >= 2


def test_what_was_typed_stays_beside_what_is_wrong(cast: Cast, logged_in: Browser) -> None:
    referral = warm(cast)
    answer = logged_in(cast.samira).post(page_of(referral), talk(day="2026-03-01"))
    assert answer.status_code == 200
    assert "Gebouw 12" in text(answer)
    assert answer.context["form"].errors["day"]
    assert not Session.objects.exists()


def test_saying_that_no_talk_is_needed(cast: Cast, logged_in: Browser) -> None:
    referral = warm(cast)
    desk = logged_in(cast.samira)
    for _twice in range(2):
        assert desk.post(page_of(referral), {"skip": "yes"}).status_code == 302
    assert not Referral.objects.get(pk=referral.pk).warm


@pytest.mark.parametrize("name", ["karin", "ilse", "ruben", "arie", "vera", "nadia"])
def test_the_hand_overs_of_a_case_are_not_for_strangers(cast: Cast, logged_in: Browser, name: str) -> None:
    referral = warm(cast)
    stranger = logged_in(cast.users[name])
    assert [stranger.get(page_of(referral)).status_code, stranger.post(page_of(referral), talk()).status_code] == [
        404, 404,
    ]  # fmt: skip
    assert not Session.objects.exists()


def test_the_coordinator_reads_what_waits_and_agrees(cast: Cast, logged_in: Browser) -> None:
    referral = make_second(cast)
    els = logged_in(cast.els)
    assert Case.objects.get(pk=referral.case_id).reference in text(els.get(LIST))
    page = reverse("hand_over_decide", args=[referral.pk])
    assert SUMMARY in text(els.get(page))
    assert els.post(page, {}).context["form"].errors["answer"]
    answer = els.post(page, {"answer": "no", "reason": ""})
    assert answer.context["form"].errors["reason"]
    assert els.post(page, {"answer": "yes"}).status_code == 302
    assert Referral.objects.get(pk=referral.pk).state == "offered"
    again = els.post(page, {"answer": "no", "reason": "Te laat."})
    assert (again.status_code, again["Location"]) == (302, LIST)
    assert Referral.objects.get(pk=referral.pk).state == "offered"


@pytest.mark.parametrize("name", ["samira", "joost", "bram", "karin", "arie", "vera"])
def test_only_coordinators_get_there(cast: Cast, logged_in: Browser, name: str) -> None:
    referral = make_second(cast)
    other = logged_in(cast.users[name])
    page = reverse("hand_over_decide", args=[referral.pk])
    for answer in (other.get(LIST), other.get(OPINIONS), other.get(page), other.post(page, {"answer": "yes"})):
        assert answer.status_code == 404
    assert Referral.objects.get(pk=referral.pk).state == "awaiting_coordinator"


def test_the_desk_sees_that_it_waits_for_the_coordinator_and_takes_it_back(cast: Cast, logged_in: Browser) -> None:
    referral = make_second(cast)
    page = reverse("triage", args=[Case.objects.get(pk=referral.case_id).reference])
    desk = logged_in(cast.samira)
    assert 'value="take_back"' in text(desk.get(page))
    desk.post(page, {"do": "take_back", "asked": str(referral.pk)})
    assert Referral.objects.get(pk=referral.pk).state == "withdrawn"


def test_an_opinion_by_the_receiver(cast: Cast, logged_in: Browser) -> None:
    referral = warm(cast)
    page, bram = reverse("referral_feedback", args=[referral.pk]), logged_in(cast.bram)
    assert page in text(bram.get("/overnemen/"))
    assert bram.post(page, {"note": "Telefoon ontbrak."}).context["form"].errors["verdict"]
    for _twice in range(2):
        assert bram.post(page, {"verdict": "incomplete", "note": "Telefoon ontbrak."}).status_code == 302
    assert Feedback.objects.get().note == "Telefoon ontbrak."
    assert page not in text(bram.get("/overnemen/"))
    for name in ("ilse", "karin", "samira", "els"):
        assert logged_in(cast.users[name]).get(page).status_code == 404


def test_the_board_says_what_is_still_to_be_done_and_what_was_heard(cast: Cast, logged_in: Browser) -> None:
    referral, bram = warm(cast), logged_in(cast.bram)
    case, soon = Case.objects.get(pk=referral.case_id), cast.at + dt.timedelta(minutes=5)
    assert "Plan het gesprek met z’n drieën" in text(bram.get("/overnemen/"))
    facts = {"way": "phone", "by": cast.actor("samira"), "reason": "In overleg."}
    actions.plan_talk(case, starts_at=cast.at + dt.timedelta(days=1), at=cast.at, **facts)
    log_attempt(case, outcome="spoken", at=soon, rang=True, **facts)
    shown = text(bram.get("/overnemen/"))
    assert "Gesprek met z’n drieën: " in shown
    assert "Een collega sprak de cliënt: " in shown


def test_the_lists_stay_within_their_budget(cast: Cast, logged_in: Browser) -> None:
    els = logged_in(cast.els)
    counted: dict[str, list[int]] = {LIST: [], OPINIONS: []}
    for many in (1, 29):
        for _one in range(many):
            make_second(cast)
        for row in Referral.objects.filter(state="accepted", feedback=None):
            feedback.say(row, Verdict.WRONG, note="Anders.", by=cast.actor("bram"), at=cast.at)
        for address, numbers in counted.items():
            numbers.append(queries(els, address))
    assert all(numbers[0] == numbers[1] <= 12 for numbers in counted.values()), counted


def test_a_list_that_is_asked_for_with_nonsense_shows_everything(cast: Cast, logged_in: Browser) -> None:
    feedback.say(warm(cast), Verdict.RIGHT, note="Goed.", by=cast.actor("bram"), at=cast.at)
    answer = logged_in(cast.els).get(OPINIONS, {"verdict": "mooi", "team": "x", "days": "-1", "side": "0", "page": "z"})
    assert "Goed." in text(answer)


def test_the_worker_gives_back_what_is_a_second_request(cast: Cast, logged_in: Browser) -> None:
    mine = make_referral(cast)
    actions.accept(mine, read=True, by=cast.actor("bram"), at=cast.at)
    referral = make_referral(cast)
    page, bram = reverse("referral_return", args=[referral.pk]), logged_in(cast.bram)
    assert bram.post(page, {"reason": "duplicate"}).context["form"].errors["other"]
    answer = bram.post(page, {"reason": "duplicate", "other": "NB-2222-2222"})
    assert answer.context["form"].errors["other"]
    assert "NB-2222-2222" in text(answer)
    reference = Case.objects.get(pk=mine.case_id).reference
    assert bram.post(page, {"reason": "duplicate", "other": reference}).status_code == 302
    assert Case.objects.get(pk=referral.case_id).outcome == "merged"


def test_passing_on_warmly_is_chosen_on_the_page_of_the_request(cast: Cast, logged_in: Browser) -> None:
    case = make_case(cast)
    desk, page = logged_in(cast.samira), reverse("triage", args=[case.reference])
    shown = desk.get(page, {"outcome": "refer"})
    form = shown.context["decide"]
    answers = {
        "do": "decide", "outcome": "refer", "decide-version": str(Case.objects.get(pk=case.pk).version),
        "decide-to": form.fields["to"].choices[0][0], "decide-destination": "REGIONAL_DIRECT",
        "decide-note": SUMMARY, "decide-consent": "phone", "decide-phrase": PHRASE, "decide-warm": "on",
        "decide-submission_id": "",
    }  # fmt: skip
    desk.post(page, answers)
    assert Referral.objects.get(case=case).warm


def test_the_desk_reads_before_it_decides_that_a_coordinator_is_asked(cast: Cast, logged_in: Browser) -> None:
    desk = logged_in(cast.samira)
    for case, words in (
        (make_case(cast), ""),
        (make_come_back(cast), "De coördinator kijkt er eerst naar."),
        (make_come_back(cast, requester="family_of_colleague"), "familie dragen we hooguit één keer over"),
        (make_come_back(cast, requester="my_family"), "familie dragen we hooguit één keer over"),
    ):
        shown = text(desk.get(reverse("triage", args=[case.reference]), {"outcome": "refer"}))
        assert ("Eerder overgedragen." in shown, words in shown) == (bool(words), True)


def test_whoever_helps_the_client_already_comes_first_and_why_is_said(cast: Cast, logged_in: Browser) -> None:
    """As far as the worker who gives it away may know."""
    case, browser = make_accepted(cast, client="tom"), logged_in(cast.bram)
    other = make_accepted(cast, owner="karin", client="tom")
    Case.objects.filter(pk=other.pk).update(person=case.person)

    def first() -> tuple[str, str]:
        page = browser.get(f"/zaken/{case.reference}/doorgeven/zaak/", headers={"accept-language": "en"})
        field = page.context["form"].fields["to"]
        key, words = field.choices[0]
        return words, field.widget.details[key]["hint"]

    assert first()[0] == "Regional team West"
    grant(other, reason=AccessReason.DEPUTY, user_id=cast.bram.pk, at=cast.at)
    Capacity.objects.create(user=cast.karin, most_open=9, starts_on=cast.at.date())
    assert first() == (
        "Karin Postma (Regional team North)",
        "Is the client's contact person already. Does not serve this unit. 1 of at most 9 open cases",
    )


# -- what the desk and the worker see until the talk of three ----------------------------------------


def english(browser: Client, address: str) -> str:
    answer = browser.get(address, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_my_cases_name_the_clients_of_whom_one_is_still_the_contact_person(cast: Cast, logged_in: Browser) -> None:
    desk = logged_in(cast.samira)
    head = "You are still the contact person"
    assert head not in english(desk, "/zaken/")
    referral = warm(cast)
    case = Case.objects.get(pk=referral.case_id)
    page = english(desk, "/zaken/")
    assert head in page and f'href="{page_of(referral)}"' in page and f"{cast.bram.name} has the case" in page
    assert "The talk of three is still to be planned" in page
    assert head not in english(desk, "/zaken/?status=closed")
    for name in ("bram", "els"):
        assert head not in english(logged_in(cast.users[name]), "/zaken/"), name
    facts = {"way": "phone", "by": cast.actor("samira"), "reason": "In overleg."}
    session = actions.plan_talk(case, starts_at=cast.at + dt.timedelta(days=1), at=cast.at, **facts)
    page = english(desk, "/zaken/")
    assert machine_time(session.starts_at) in page and "still to be planned" not in page
    CaseAccess.objects.filter(case=case, reason=AccessReason.DESK).update(ends_at=cast.at)
    assert head not in english(desk, "/zaken/")
    assert desk.get(page_of(referral)).status_code == 404


def test_without_a_talk_they_read_by_when_the_worker_speaks_to_the_client(cast: Cast, logged_in: Browser) -> None:
    referral = warm(cast)
    actions.skip_talk(Case.objects.get(pk=referral.case_id), by=cast.actor("samira"), at=cast.at)
    page = english(logged_in(cast.samira), "/zaken/")
    assert "First contact of the worker" in page and "still to be planned" not in page
    Case.objects.update(primary_contact=cast.bram)
    assert "still the contact person" not in english(logged_in(cast.samira), "/zaken/")


def test_that_list_costs_the_same_with_one_and_with_thirty(cast: Cast, logged_in: Browser) -> None:
    desk = logged_in(cast.samira)
    warm(cast)
    one = queries(desk, "/zaken/")
    for _number in range(29):
        warm(cast)
    assert queries(desk, "/zaken/") == one <= 12
    assert english(desk, "/zaken/").count("has the case") == 30
    with CaptureQueriesContext(connection) as seen:
        assert len(introducing.of_contact(cast.actor("samira"), cast.at)) == 30
    assert len([query for query in seen.captured_queries if "referrals_referral" in query["sql"]]) == 1


def test_who_is_asked_reads_that_a_talk_of_three_comes_first(cast: Cast, logged_in: Browser) -> None:
    referral, bram = make_referral(cast, make_case(cast, primary_contact=cast.samira)), logged_in(cast.bram)
    addresses = ("/overnemen/", reverse("referral", args=[referral.pk]))
    for address in addresses:
        assert "First a talk of three" not in english(bram, address)
    Referral.objects.filter(pk=referral.pk).update(warm=True)
    for address in addresses:
        assert english(bram, address).count("First a talk of three") == 1, address


def test_a_talk_that_is_still_to_be_planned_is_the_first_thing_to_do(cast: Cast, logged_in: Browser) -> None:
    referral = warm(cast)
    case = Case.objects.get(pk=referral.case_id)
    first = f'btn-primary" href="{page_of(referral)}"'
    address = reverse("case", args=[case.reference])
    for name in ("bram", "samira"):
        page = english(logged_in(cast.users[name]), address)
        assert first in page and page.count('class="btn btn-primary" href') == 1, name
    facts = {"way": "phone", "by": cast.actor("samira"), "reason": "In overleg."}
    actions.plan_talk(case, starts_at=cast.at + dt.timedelta(days=1), at=cast.at, **facts)
    page = english(logged_in(cast.bram), address)
    assert first not in page and f'btn-primary" href="{reverse("case_sessions", args=[case.reference])}"' in page
