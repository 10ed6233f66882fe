"""The page of one request: who opens it, what it shows, every act on it, and what happens when it cannot."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEvent
from cases import actions
from cases.enums import CaseState, EntryKind, Overlay, Urgency
from cases.models import Case, CaseAccess, ContactAttempt, Message
from desk import request_page, snapshot, triage
from referrals import actions as hand_over
from referrals.enums import Destination, ReferralState
from referrals.models import Referral
from tests.desk.counting import queries_of
from tests.factories.cases import PHRASE, make_case, make_person
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral
from tests.walk import READS

LogIn = Callable[..., Client]
HOUR = dt.timedelta(hours=1)
DUTCH = {"accept-language": "nl"}
FOUR = ["work.conflict", "private.money", "work.change", "work.pressure"]


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(cast: Cast, logged_in: LogIn) -> Client:
    return logged_in(cast.samira)


def page_of(case: Case, query: str = "") -> str:
    return f"/loket/{case.reference}/{query}"


def assessed(case: Case, **answers: Any) -> dict[str, Any]:
    typed = {"danger": "", "topics": case.topics, "urgency": case.urgency, "version": case.version, "reason": ""}
    return {"do": "assess"} | {f"assess-{name}": value for name, value in (typed | answers).items()}


def decided(case: Case, outcome: str, **answers: Any) -> dict[str, Any]:
    typed = {"version": case.version, "note": ""} | answers
    return {"do": "decide", "outcome": outcome} | {f"decide-{name}": value for name, value in typed.items()}


def fresh(case: Case) -> Case:
    return Case.objects.select_related("data_key").get(pk=case.pk)


@pytest.mark.parametrize(
    ("who", "status"), [("samira", 200), ("els", 200), ("nadia", 404), ("bram", 404), ("vera", 404), ("tom", 404)]
)
def test_only_the_desk_opens_it(cast: Cast, logged_in: LogIn, who: str, status: int) -> None:
    case = make_case(cast, client="tom")
    assert logged_in(cast.users[who]).get(page_of(case)).status_code == status


def test_someone_who_is_blocked_gets_404_and_a_line(desk: Client, cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    CaseAccess.objects.create(case=case, user=cast.samira, reason="blocked", starts_at=at)
    assert desk.get(page_of(case)).status_code == 404
    assert desk.post(page_of(case), {"do": "take"}).status_code == 404
    denied = AuditEvent.objects.filter(case_id=case.pk, outcome="denied")
    assert [event.actor_id for event in denied] == [str(cast.samira.pk)] * 2


def test_reading_is_audited_and_changes_nothing(desk: Client, cast: Cast) -> None:
    case = make_case(cast)
    for sql in queries_of(lambda: desk.get(page_of(case))):
        assert sql.startswith(READS), sql
    event = AuditEvent.objects.get(case_id=case.pk)
    assert (event.action, event.part, event.actor_id) == ("case.viewed", "triage", str(cast.samira.pk))


def test_it_shows_the_words_the_wishes_and_the_proposal(desk: Client, cast: Cast, at: dt.datetime) -> None:
    person = make_person(at=at, window_from=dt.time(13), window_until=dt.time(15))
    page = desk.get(page_of(make_case(cast, person=person)), headers=DUTCH).content.decode()
    for words in (
        "Ik heb ruzie met mijn sergeant.", "Veilig contact", "Bellen 13:00–15:00", "Niets inspreken", "06 00 00 00 11",
        "Tom Jansen", "Iedereen komt eerst bij het loket.", "A-compagnie, 90 Fictief Bataljon",
    ):  # fmt: skip
        assert words in page
    assert page.index("Veilig contact") < page.index("06 00 00 00 11")


def test_an_unknown_reference_looks_like_an_invisible_one(desk: Client, cast: Cast) -> None:
    assert desk.get("/loket/NB-2222-2222/").status_code == 404


@pytest.mark.parametrize("outcome", ["", *triage.OUTCOMES])
def test_price_in_queries(desk: Client, cast: Cast, at: dt.datetime, outcome: str) -> None:
    case = make_case(cast)
    for hour in range(30):
        by = cast.actor("samira")
        actions.log_attempt(case, way="portal", outcome="no_answer", reason="Zo.", by=by, at=at - hour * HOUR)
    found = queries_of(lambda: desk.get(page_of(case, f"?outcome={outcome}")))
    assert len(found) <= 12, "\n".join(found)


def test_price_at_night(cast: Cast, logged_in: LogIn, at: dt.datetime) -> None:
    case = make_case(cast)
    with time_machine.travel(at.replace(hour=22), tick=False):
        night = logged_in(cast.nadia)
        for query in ("", "?outcome=refer"):
            found = queries_of(partial(night.get, page_of(case, query)))
            assert len(found) <= 12, "\n".join(found)


def test_take_and_give_back(desk: Client, cast: Cast) -> None:
    case = make_case(cast, state=CaseState.SUBMITTED, owner=None)
    for _ in range(2):
        assert desk.post(page_of(case), {"do": "take"}).headers["Location"] == page_of(case)
    assert fresh(case).owner == cast.samira
    assert desk.post(page_of(case), {"do": "give_back"}).headers["Location"] == "/loket/"
    assert (fresh(case).owner, fresh(case).state) == (None, CaseState.SUBMITTED)


def test_second_taker_hears_who_has_it(desk: Client, cast: Cast) -> None:
    case = make_case(cast, owner="joost")
    page = desk.post(page_of(case), {"do": "take"}, follow=True, headers=DUTCH).content.decode()
    assert "Joost Verkerk heeft deze aanvraag al." in page
    desk.post(page_of(case), {"do": "take_over"})
    assert fresh(case).owner == cast.samira


def test_giving_to_a_colleague(desk: Client, cast: Cast) -> None:
    case = make_case(cast)
    page = desk.get(page_of(case, "geef/"), headers=DUTCH).content.decode()
    assert "Joost Verkerk" in page
    assert "Nadia Haddad" not in page  # not on shift
    assert f'value="{cast.samira.pk}"' not in page  # has it already
    assert desk.post(page_of(case, "geef/"), {"to": cast.bram.pk}).headers["Location"] == page_of(case, "geef/")
    assert desk.post(page_of(case, "geef/"), {"to": cast.joost.pk}).headers["Location"] == "/loket/"
    assert fresh(case).owner == cast.joost


def test_assessing(desk: Client, cast: Cast) -> None:
    case = make_case(cast)
    typed = assessed(case, danger="no", topics=["private.money", "work.conflict"], urgency="urgent", reason="huilt")
    assert desk.post(page_of(case), typed).headers["Location"] == page_of(case)
    now = fresh(case)
    assert (now.danger_now, now.topics, now.urgency) == (False, ["work.conflict", "private.money"], Urgency.URGENT)


def test_the_unit_is_found_out_at_the_desk(desk: Client, cast: Cast, settings: Any, tmp_path: Any) -> None:
    """Only then is there somebody of the own unit to pass it on to (R5). What was typed and is no unit stays typed."""
    settings.SNAPSHOT_FILE = tmp_path / "snapshot.json"
    snapshot.write(cast.at)
    case = make_case(cast, unit=None)
    refer = "?outcome=refer&to=REGIONAL_DIRECT"
    assert "niemand gevonden" in desk.get(page_of(case, refer)).content.decode()
    wrong = desk.post(page_of(case), assessed(case, unit="Ergens")).content.decode()
    assert 'value="Ergens"' in wrong and "Kies een onderdeel uit de lijst, of laat het leeg." in wrong
    unit = cast.units["90bat-a"]
    assert desk.post(page_of(case), assessed(case, unit=unit.name)).status_code == 302
    assert (fresh(case).unit, fresh(case).region_id is not None) == (unit, True)
    assert AuditEvent.objects.filter(case_id=case.pk, action="case.unit").count() == 1
    assert "niemand gevonden" not in desk.get(page_of(case, refer)).content.decode()
    desk.post(page_of(case), assessed(fresh(case)))  # a page without the field changes nothing
    assert fresh(case).unit == unit
    desk.post(page_of(case), assessed(fresh(case), unit=""))
    assert (fresh(case).unit, fresh(case).region_id) == (None, None)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"urgency": "urgent", "reason": " "}, "Schrijf op waarom de urgentie verandert."),
        ({"topics": FOUR}, "Kies hoogstens drie onderwerpen."),
        ({"urgency": "panic", "reason": "BLIJFT"}, "BLIJFT"),
        ({"topics": ["no.such"], "reason": "BLIJFT"}, "BLIJFT"),
    ],
)  # fmt: skip
def test_a_wrong_assessment_says_so_and_keeps_what_was_typed(
    desk: Client, cast: Cast, answers: dict[str, Any], said: str
) -> None:
    case = make_case(cast)
    answer = desk.post(page_of(case), assessed(case, **answers), headers=DUTCH)
    page = answer.content.decode()
    assert (answer.status_code, fresh(case).version) == (200, 1)
    assert said in page
    assert "<title>Fout:" in page


def test_an_attempt_is_kept_and_shown(desk: Client, cast: Cast) -> None:
    case = make_case(cast)
    form = desk.get(page_of(case)).context["attempt"]
    typed = {"do": "attempt", "attempt-way": "phone", "attempt-outcome": "spoken", "attempt-note": "Rustig gesproken."}
    typed["attempt-attempt_id"] = str(form.initial["attempt_id"])
    for _ in range(2):
        desk.post(page_of(case), typed)
    assert ContactAttempt.objects.count() == 1
    page = desk.get(page_of(case), headers=DUTCH).content.decode()
    assert "Rustig gesproken." in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"way": "phone", "outcome": "voicemail"}, "De cliënt wil niet dat je iets inspreekt."),
        ({"way": "email", "outcome": "no_answer"}, "Een e-mail is niet veilig."),
        ({"way": "phone", "outcome": ""}, "Kies hoe het ging"),
        ({"way": "phone", "outcome": "no_answer", "call_time": "09:00"}, "Kies ook de dag."),
        ({"way": "phone", "outcome": "no_answer", "call_on": "2026-03-09"}, "Kies een moment dat nog moet komen."),
        ({"way": "phone", "outcome": "no_answer", "call_on": "31-02"}, "geldige datum"),
        (
            {"way": "phone", "outcome": "no_answer", "call_on": "9999-12-31", "call_time": "23:45"},
            "Kijk nog eens naar het jaar",
        ),
    ],
)
def test_an_attempt_that_cannot_be_kept_says_why(desk: Client, cast: Cast, typed: dict[str, str], said: str) -> None:
    case = make_case(cast)
    sent = {"do": "attempt", "attempt-note": "BLIJFT"} | {f"attempt-{name}": value for name, value in typed.items()}
    page = desk.post(page_of(case), sent, headers=DUTCH).content.decode()
    assert said in page
    assert "BLIJFT" in page
    assert ContactAttempt.objects.count() == 0


def test_solving_at_the_desk(desk: Client, cast: Cast) -> None:
    case = make_case(cast)
    page = desk.post(page_of(case), decided(case, "solved_at_desk"), headers=DUTCH).content.decode()
    assert "Schrijf op wat er is gedaan" in page
    sent = decided(case, "solved_at_desk", note="Verlof geregeld.")
    assert desk.post(page_of(case), sent).headers["Location"] == "/loket/"
    assert (fresh(case).outcome, fresh(case).outcome_note) == ("solved_at_desk", "Verlof geregeld.")


def test_a_closed_request_opens_as_a_file(desk: Client, cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, state=CaseState.CLOSED, outcome="no_request", closed_at=at)
    assert desk.get(page_of(case)).headers["Location"] == f"/zaken/{case.reference}/"
    page = desk.post(page_of(case), decided(case, "no_request"), headers=DUTCH).content.decode()
    assert "Deze zaak is afgesloten." in page


def test_passing_on_shows_who_and_why(desk: Client, cast: Cast) -> None:
    case = make_case(cast)
    page = desk.get(page_of(case, "?outcome=refer"), headers=DUTCH)
    found = page.context["decide"].found
    assert [one.who for one in found][:1] == ["Regioteam West"]
    sent = decided(case, "refer", destination="REGIONAL_DIRECT", to=found[0].key, note="Spanning.", consent="phone")
    refused = desk.post(page_of(case), sent | {"decide-phrase": "appel brug"}, headers=DUTCH).content.decode()
    assert all(words in refused for words in ("Dit is niet de wachtzin", "Spanning.")) and "appel brug" not in refused
    sent |= {"decide-phrase": PHRASE.upper()}
    assert desk.post(page_of(case), sent).headers["Location"] == "/loket/"
    assert (fresh(case).state, Referral.objects.get().state) == (CaseState.REFERRED, ReferralState.OFFERED)
    desk.post(page_of(case), {"do": "take_back", "asked": Referral.objects.get().pk})
    assert (fresh(case).state, Referral.objects.get().state) == (CaseState.IN_TRIAGE, ReferralState.WITHDRAWN)


def test_a_receiver_that_was_not_offered_cannot_be_chosen(desk: Client, cast: Cast) -> None:
    case = make_case(cast)
    key = str(cast.teams["regional-noord"].pk)
    sent = decided(case, "refer", destination="REGIONAL_DIRECT", to=key, note="BLIJFT", consent="phone")
    page = desk.post(page_of(case), sent, headers=DUTCH).content.decode()
    assert "Kies wie het krijgt" in page
    assert "BLIJFT" in page
    assert Referral.objects.count() == 0


def test_other_kinds_of_receiver_can_be_chosen(desk: Client, cast: Cast) -> None:
    page = desk.get(page_of(make_case(cast), f"?outcome=refer&to={Destination.SMT}"))
    assert [one.team.code for one in page.context["decide"].found][0] == "smt-90"


def test_asking_more_until_a_day_that_comes(desk: Client, cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, person=make_person(at=at, channels=["portal"]))
    page = desk.post(page_of(case), decided(case, "ask_more", note="Welke dag?", until="2026-03-10"), headers=DUTCH)
    assert "Kies een dag vanaf morgen" in page.content.decode() and b"decide-reason" not in page.content
    desk.post(page_of(case), decided(case, "ask_more", note="Welke dag?", until="2026-03-13"))
    assert (fresh(case).state, fresh(case).waiting_until) == (
        CaseState.WAITING_CLIENT, at.replace(day=13, hour=17, minute=0),
    )  # fmt: skip
    desk.post(page_of(case), {"do": "resume"})
    assert fresh(case).state == CaseState.IN_TRIAGE


@pytest.mark.parametrize("outcome", ["ask_more", "chaplain"])
def test_a_message_against_the_wishes_asks_why(desk: Client, cast: Cast, outcome: str) -> None:
    case = make_case(cast)  # chose the telephone only
    assert "De cliënt koos andere" in desk.get(page_of(case, f"?outcome={outcome}"), headers=DUTCH).content.decode()
    typed = {"note": "Welke dag?", "until": "2026-03-13"}
    page = desk.post(page_of(case), decided(case, outcome, **typed), headers=DUTCH).content.decode()
    assert "Schrijf op waarom je hier toch schrijft." in page and not Message.objects.exists()
    desk.post(page_of(case), decided(case, outcome, **typed, reason="Zij belde."))
    assert case.timeline.get(kind=EntryKind.MESSAGE).facts["outside_wishes"]


@pytest.mark.parametrize("outcome", triage.OUTCOMES)
def test_an_emergency_waits_for_a_talk(desk: Client, cast: Cast, outcome: str) -> None:
    case = make_case(cast, overlay=Overlay.EMERGENCY, urgency=Urgency.EMERGENCY)
    page = desk.get(page_of(case, f"?outcome={outcome}"), headers=DUTCH).content.decode()
    assert "Spreek deze persoon eerst." in page
    assert 'name="decide-note"' not in page
    desk.post(page_of(case), decided(case, outcome, note="x", until="2026-03-13"))
    assert fresh(case).state == CaseState.IN_TRIAGE


def test_a_colleagues_change_shows_both_and_loses_nothing(desk: Client, cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    actions.set_topics(case, ["private.money"], by=cast.actor("samira"), at=at)
    answer = desk.post(page_of(case), assessed(case, urgency="urgent", reason="huilt erg"), headers=DUTCH)
    page = answer.content.decode()
    assert "Iemand heeft deze aanvraag veranderd" in page
    for words in ("Geld en schulden", "Ruzie of spanning op het werk", "huilt erg", "Spoed"):
        assert words in page
    carried = dict(answer.context["carried"])
    assert carried["assess-version"] == "2"
    desk.post(page_of(case), carried)
    assert (fresh(case).urgency, fresh(case).topics) == (Urgency.URGENT, ["work.conflict"])


def test_a_decision_on_an_old_version_is_not_carried_out(desk: Client, cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    actions.set_topics(case, ["private.money"], by=cast.actor("samira"), at=at)
    answer = desk.post(page_of(case), decided(case, "solved_at_desk", note="BLIJFT"))
    assert "BLIJFT" in answer.content.decode()
    assert fresh(case).state == CaseState.IN_TRIAGE


@pytest.mark.parametrize("sent", [{}, {"do": "explode"}, {"do": "decide", "outcome": "explode"}, {"do": "assess"}])
def test_nonsense_is_no_error(desk: Client, cast: Cast, sent: dict[str, str]) -> None:
    case = make_case(cast)
    assert desk.post(page_of(case), sent, follow=True).status_code == 200
    assert fresh(case).version == 1


def test_a_no_by_phone_passes_nothing_on(desk: Client, cast: Cast) -> None:
    case = make_case(cast)
    key = desk.get(page_of(case, "?outcome=refer")).context["decide"].found[0].key
    sent = decided(case, "refer", destination="REGIONAL_DIRECT", to=key, note="Spanning.", consent="ask")
    desk.post(page_of(case), sent)
    assert "Cliënt zei nee aan de telefoon" in desk.get(page_of(case), headers=DUTCH).content.decode()
    referral = Referral.objects.get()
    sent = {"do": "refuse", "asked": referral.pk}
    page = desk.post(page_of(case), sent, follow=True, headers=DUTCH).content.decode()
    referral.refresh_from_db()
    assert (referral.state, referral.consent_recorded_by) == (ReferralState.REFUSED, cast.samira)
    assert "Er gaat niets verder." in page and fresh(case).state == CaseState.IN_TRIAGE


def test_a_second_no_is_no_error(desk: Client, cast: Cast) -> None:
    case = make_case(cast)
    assert desk.post(page_of(case), {"do": "refuse"}).headers["Location"] == page_of(case)
    assert fresh(case).state == CaseState.IN_TRIAGE


def test_a_confidential_adviser_is_named_for_unwanted_behaviour(desk: Client, cast: Cast) -> None:
    words = "Je kunt ook met een vertrouwenspersoon praten."
    case = make_case(cast, topics=("work.conflict", "work.unsafe_behaviour"))
    assert words in desk.get(page_of(case), headers=DUTCH).content.decode()
    assert words not in desk.get(page_of(make_case(cast)), headers=DUTCH).content.decode()


def test_the_worker_of_the_partner_is_not_proposed(desk: Client, cast: Cast) -> None:
    case = make_case(cast, requester="family_of_colleague", topics=("private.safety_home",))
    page = desk.get(page_of(case, "?outcome=refer"), headers=DUTCH)
    form = page.context["decide"]
    assert [one.who for one in form.found] == ["Regioteam West"] and form["to"].value() == ""
    assert "Het loket houdt contact." in page.content.decode()
    assert "Helpt misschien ook degene voor wie de cliënt bang is" in page.content.decode()
    assert "Het loket houdt contact." not in desk.get(page_of(case), headers=DUTCH).content.decode()


def test_a_form_that_comes_back_with_errors_shows_the_request_and_is_a_look_as_well(cast: Cast, desk: Client) -> None:
    case = make_case(cast)
    assert desk.post(page_of(case), assessed(case, urgency="none")).status_code == 200
    event = AuditEvent.objects.get(case_id=case.pk, action="case.viewed")
    assert (event.part, event.actor_id) == ("triage", str(cast.samira.pk))


def test_a_code_that_no_longer_exists_stands_for_itself(cast: Cast) -> None:
    case = make_case(cast)
    case.intake.requester = case.intake.situation = case.intake.wish = "zzz"
    assert [row["value"] for row in request_page.answers(case)].count("zzz") == 3


@pytest.mark.parametrize("act", ["approve", "refuse", "offer", "take_back"])
def test_an_answer_counts_for_the_summary_on_the_page(desk: Client, cast: Cast, at: dt.datetime, act: str) -> None:
    case = make_case(cast)
    first = make_referral(cast, case, by_phone=False, summary="Eerste samenvatting.")
    assert f'name="asked" value="{first.pk}"' in desk.get(page_of(case)).content.decode()
    hand_over.withdraw(first, by=cast.actor("joost"), at=at)
    second = make_referral(cast, case, by_phone=False, summary="Tweede samenvatting.")
    page = desk.post(page_of(case), {"do": act, "asked": first.pk}, follow=True, headers=DUTCH).content.decode()
    second.refresh_from_db()
    assert (second.state, second.consent, fresh(case).state) == ("awaiting_consent", "asked", CaseState.IN_TRIAGE)
    assert "Wat je beantwoordde, wacht niet meer." in page
