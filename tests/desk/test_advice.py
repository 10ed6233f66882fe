"""Advice for a commander: taken, given or passed on; no client, no file, only the desk and the team that got it."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AuditEvent, DataKey, Notice
from accounts.sealed import Cipher
from cases.enums import AdviceState, Danger, Overlay, Requester, Situation, Urgency
from cases.models import Case, CommanderAdvice, Intake, Person
from cases.moves import NeedsReason, NotNow
from desk import advice
from desk.advice import AdviceChanged
from tests.desk.counting import queries_of
from tests.factories.cases import reference_of
from tests.factories.cast import Cast
from tests.walk import READS

LogIn = Callable[..., Client]
DUTCH = {"accept-language": "nl"}


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def asked(cast: Cast, at: dt.datetime) -> CommanderAdvice:
    return make_advice(cast, at)


def make_advice(cast: Cast, at: dt.datetime, urgency: Urgency = Urgency.SOON, unit_words: str = "") -> CommanderAdvice:
    """A commander of A company asks for advice, or of a unit that is not on the list."""
    number = uuid.uuid4()
    intake = Intake(
        submission_id=number, reference=reference_of(number), passphrase_hash="", data_key=DataKey.objects.make(),
        sent_at=at, danger=Danger.NO, requester=Requester.TEAM_ADVICE, situation=Situation.OTHER,
        unit=None if unit_words else cast.units["90bat-a"], desk_was_open=True, handler_now="DESK_LINE",
        proposal="COMMANDER_ADVICE",
        overlay=Overlay.NONE, rule="commander-advice", because_nl="Advies.", because_en="Advice.",
        urgency=urgency, promised_at=at + dt.timedelta(days=1),
    )  # fmt: skip
    intake.story, intake.unit_words = "Mijn team praat niet meer.", unit_words
    intake.contact_answers = {"name": "Max", "phone": "06 00 00 00 33", "channels": ["phone"], "window_from": "13:00"}
    intake.save(force_insert=True)
    return CommanderAdvice.objects.create(intake=intake, team=cast.teams["desk"], due_at=intake.promised_at)


def page_of(asked: CommanderAdvice) -> str:
    return f"/loket/advies/{asked.intake.reference}/"


def fresh(asked: CommanderAdvice) -> CommanderAdvice:
    return CommanderAdvice.objects.select_related("intake__data_key", "team", "taken_by").get(pk=asked.pk)


@pytest.mark.parametrize(
    ("who", "status"), [("samira", 200), ("els", 200), ("nadia", 404), ("bram", 404), ("vera", 404), ("max", 404)]
)
def test_only_the_desk_opens_it(cast: Cast, logged_in: LogIn, asked: CommanderAdvice, who: str, status: int) -> None:
    assert logged_in(cast.users[who]).get(page_of(asked)).status_code == status
    assert AuditEvent.objects.filter(outcome="denied").count() == (1 if status == 404 else 0)


def test_it_shows_the_words_and_how_to_reach_them(cast: Cast, logged_in: LogIn, asked: CommanderAdvice) -> None:
    page = logged_in(cast.samira).get(page_of(asked), headers=DUTCH).content.decode()
    for words in (
        "Mijn team praat niet meer.",
        "06 00 00 00 33",
        "Bellen vanaf 13:00",
        "A-compagnie",
        "Regioteam West",
    ):
        assert words in page
    event = AuditEvent.objects.get(action="advice.viewed")
    assert (event.object_id, event.case_id, event.part) == (str(asked.pk), None, "request")
    assert (Case.objects.count(), Person.objects.count()) == (0, 0)


def test_price_in_queries(cast: Cast, logged_in: LogIn, asked: CommanderAdvice) -> None:
    desk = logged_in(cast.samira)
    found = queries_of(lambda: desk.get(page_of(asked)))
    assert len(found) <= 12, "\n".join(found)
    assert all(sql.startswith(READS) for sql in found)


def test_it_is_on_the_dashboard_until_it_is_answered(cast: Cast, logged_in: LogIn, asked: CommanderAdvice) -> None:
    desk = logged_in(cast.samira)
    page = desk.get("/loket/?queue=advice", headers=DUTCH)
    assert [row.url for row in page.context["advice"]] == [page_of(asked)]
    assert [tab["count"] for tab in page.context["views"] if tab["current"]] == [1]
    desk.post(page_of(asked), {"do": "answer", "advice": "Praat eerst één op één.", "version": 1})
    page = desk.get("/loket/?queue=advice", headers=DUTCH)
    assert (page.context["advice"], [tab["count"] for tab in page.context["views"] if tab["current"]]) == ([], [0])


def test_taking_it_twice_and_second(cast: Cast, at: dt.datetime, asked: CommanderAdvice) -> None:
    for _ in range(2):
        row = advice.take(asked, by=cast.actor("samira"), at=at)
    assert (row.state, row.taken_by, row.version) == (AdviceState.TAKEN, cast.samira, 2)
    with pytest.raises(NotNow, match="Samira El Amrani"):
        advice.take(asked, by=cast.actor("joost"), at=at)


def test_a_unit_that_is_not_on_the_list_is_shown_as_typed(cast: Cast, logged_in: LogIn, at: dt.datetime) -> None:
    asked = make_advice(cast, at, unit_words="Detachement <Noord>")
    page = logged_in(cast.samira).get(page_of(asked)).content.decode()
    assert "<dd>Detachement &lt;Noord&gt;</dd>" in page


def test_the_advice_is_sealed_and_audited_without_words(cast: Cast, at: dt.datetime, asked: CommanderAdvice) -> None:
    for _ in range(2):
        advice.answer(asked, "Praat eerst.", by=cast.actor("samira"), at=at)
    row = fresh(asked)
    assert (row.state, row.done_at, row.advice, row.taken_by) == (AdviceState.DONE, at, "Praat eerst.", cast.samira)
    stored = CommanderAdvice.objects.filter(pk=asked.pk).values_list("advice", flat=True).get()
    assert isinstance(stored, Cipher)
    assert b"Praat" not in stored
    assert [event.action for event in AuditEvent.objects.all()] == ["advice.given"]
    with pytest.raises(NotNow):
        advice.answer(asked, "Iets anders.", by=cast.actor("joost"), at=at)


def test_nothing_written_is_no_advice(cast: Cast, at: dt.datetime, asked: CommanderAdvice) -> None:
    with pytest.raises(NeedsReason):
        advice.answer(asked, "  ", by=cast.actor("samira"), at=at)
    assert fresh(asked).done_at is None


def test_a_colleagues_request_is_theirs(cast: Cast, at: dt.datetime, asked: CommanderAdvice) -> None:
    advice.take(asked, by=cast.actor("joost"), at=at)
    with pytest.raises(NotNow, match="Joost Verkerk"):
        advice.answer(asked, "x", by=cast.actor("samira"), at=at)


def test_passing_it_to_the_units_own_team(cast: Cast, logged_in: LogIn, asked: CommanderAdvice) -> None:
    west = cast.teams["regional-west"]
    desk = logged_in(cast.samira)
    for _ in range(2):
        assert desk.post(page_of(asked), {"do": "pass_on", "team": west.pk, "version": 1}).status_code in (200, 302)
    assert (fresh(asked).state, fresh(asked).team, fresh(asked).taken_by) == (AdviceState.PASSED_ON, west, None)
    told = Notice.objects.filter(kind="advice.passed", channel="inbox").order_by("user__name")
    assert [(notice.user, notice.path) for notice in told] == [
        (cast.bram, page_of(asked)), (cast.ilse, page_of(asked)),
    ]  # fmt: skip


def test_the_team_that_got_it_answers_and_no_other(
    cast: Cast, logged_in: LogIn, at: dt.datetime, asked: CommanderAdvice
) -> None:
    advice.pass_on(asked, cast.teams["regional-west"], by=cast.actor("samira"), at=at)
    assert logged_in(cast.karin).get(page_of(asked)).status_code == 404
    bram = logged_in(cast.bram)
    assert bram.get(page_of(asked)).status_code == 200
    bram.post(page_of(asked), {"do": "take"})
    bram.post(page_of(asked), {"do": "answer", "advice": "Gesproken.", "version": fresh(asked).version})
    assert (fresh(asked).state, fresh(asked).taken_by) == (AdviceState.DONE, cast.bram)
    assert logged_in(cast.samira).get(page_of(asked)).status_code == 200


def test_an_old_version_keeps_what_was_typed(
    cast: Cast, logged_in: LogIn, at: dt.datetime, asked: CommanderAdvice
) -> None:
    advice.take(asked, by=cast.actor("samira"), at=at)
    with pytest.raises(AdviceChanged):
        advice.answer(asked, "x", by=cast.actor("samira"), at=at, version=1)
    page = logged_in(cast.samira).post(
        page_of(asked), {"do": "answer", "advice": "BLIJFT", "version": 1}, headers=DUTCH
    )
    assert "BLIJFT" in page.content.decode()
    assert page.context["answering"].initial["version"] == 2
    assert fresh(asked).done_at is None


@pytest.mark.parametrize("sent", [{}, {"do": "answer"}, {"do": "pass_on", "team": "99"}, {"do": "explode"}])
def test_nonsense_is_no_error(cast: Cast, logged_in: LogIn, asked: CommanderAdvice, sent: dict[str, str]) -> None:
    assert logged_in(cast.samira).post(page_of(asked), sent).status_code == 200
    assert fresh(asked).version == 1


def test_a_form_that_comes_back_with_errors_shows_the_request_and_is_a_look_as_well(
    cast: Cast, asked: CommanderAdvice, logged_in: LogIn
) -> None:
    answer = logged_in(cast.samira).post(f"/loket/advies/{asked.intake.reference}/", {"do": "answer"})
    assert (answer.status_code, AuditEvent.objects.filter(action="advice.viewed").count()) == (200, 1)
