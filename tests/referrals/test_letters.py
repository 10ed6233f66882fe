"""A letter to a provider outside: the client's yes to exactly these words, sending, the answer, the clock."""

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.actors import follower, system
from accounts.duty import load_calendar
from accounts.models import AuditEvent, Notice
from cases import reopening
from cases.closing import close
from cases.enums import CaseOutcome, CaseState, EntryKind
from cases.models import Case, TimelineEntry
from cases.moves import NotNow
from referrals import outside, voice
from referrals.directory.enums import PhoneKind
from referrals.directory.models import Phone
from referrals.directory.shown import Accepted
from referrals.letters import door, facts, sending, sweeps, writing
from referrals.letters.enums import LETTER_NEXT, Field, LetterState, LetterWay, LetterYes
from referrals.letters.writing import ReadAgain, print_of
from referrals.models import Letter
from tests.factories.cases import PHRASE
from tests.factories.cast import Cast, make_cast
from tests.factories.letters import COVERS, make_approved, make_given, make_letter, make_on_paper, make_service
from tests.factories.work import make_accepted

DAY = dt.timedelta(days=1)


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_accepted(cast, state=CaseState.ACTIVE)


def lines(case: Case) -> list[str]:
    rows = TimelineEntry.objects.filter(case=case, kind=EntryKind.LETTER)
    return sorted(row.facts["what"] for row in rows)


def told(kind: str) -> list[str]:
    rows = Notice.objects.filter(kind=kind, channel="inbox").select_related("user")
    return sorted(row.user.email.split("@")[0] for row in rows if row.user)


def reread(letter: Letter) -> Letter:
    return Letter.objects.select_related("case__data_key", "case__person").get(pk=letter.pk)


def test_a_letter_waits_for_the_client_and_the_case_stays(cast: Cast, case: Case) -> None:
    letter = make_letter(cast, case)
    assert (letter.state, letter.covers, letter.by) == (LetterState.ASKED, [*COVERS], cast.bram)
    text = str(letter.text)
    assert "Aan Stichting Schuldhulp Zuid" in text
    assert "Ruzie met de sergeant" in text
    assert "E-mail:" not in text
    assert lines(case) == ["asked"]
    assert Notice.objects.filter(kind="client.news", subject_id=case.pk).count() == 1
    case.refresh_from_db()
    assert (case.owner, case.state) == (cast.bram, CaseState.ACTIVE)
    event = AuditEvent.objects.get(action="letter.asked")
    assert (event.case_id, event.part) == (case.pk, "name,phone,summary,question")


def test_sent_twice_is_one_letter(cast: Cast, case: Case) -> None:
    number, service = uuid.uuid4(), make_service()
    first = make_letter(cast, case, service, letter_id=number)
    assert make_letter(cast, case, service, letter_id=number).pk == first.pk
    assert Letter.objects.count() == 1
    with pytest.raises(NotNow, match="al een brief"):
        make_letter(cast, case, service)
    writing.withdraw(first, by=cast.actor("bram"), at=cast.at)
    assert make_letter(cast, case, service).state == LetterState.ASKED


def test_what_was_not_looked_at_is_not_written(cast: Cast, case: Case) -> None:
    with pytest.raises(ReadAgain):
        make_letter(cast, case, seen=print_of("Iets anders"))
    assert Letter.objects.count() == 0


def test_the_client_takes_something_out_and_says_yes_to_exactly_that(cast: Cast, case: Case) -> None:
    letter = make_letter(cast, case)
    less = [Field.NAME.value, Field.QUESTION.value]
    text = facts.composed(letter, less).text
    with pytest.raises(ReadAgain):
        writing.approve(letter, covers=less, seen=print_of(str(letter.text)), by=follower(case.pk), at=cast.at)
    done = writing.approve(letter, covers=less, seen=print_of(text), by=follower(case.pk), at=cast.at)
    assert (done.state, done.yes, done.covers) == (LetterState.APPROVED, LetterYes.IN_PORTAL, less)
    assert reread(done).text == text
    assert "Ruzie" not in text
    assert told("letter.approved") == ["bram"]
    again = writing.approve(letter, covers=less, seen="", by=follower(case.pk), at=cast.at)
    assert again.covers == less
    assert lines(case) == ["asked", "yes_in_portal"]


def test_the_client_cannot_put_in_what_the_worker_left_out(cast: Cast, case: Case) -> None:
    letter = make_letter(cast, case, covers=(Field.NAME, Field.QUESTION))
    more = [Field.NAME.value, Field.EMAIL.value, Field.QUESTION.value]
    done = writing.approve(letter, covers=more, seen=print_of(str(letter.text)), by=follower(case.pk), at=cast.at)
    assert done.covers == [Field.NAME, Field.QUESTION]


def test_what_changes_in_the_case_does_not_change_the_letter(cast: Cast, case: Case) -> None:
    letter = make_letter(cast, case)
    case.summary = "Heel iets anders"
    case.save(update_fields=["summary"])
    letter.template = ""
    assert "Ruzie met de sergeant" in facts.composed(reread(letter)).text


@pytest.mark.parametrize("send", ["link", "paper"])
def test_nothing_goes_without_a_yes(cast: Cast, case: Case, send: str) -> None:
    letter = make_letter(cast, case)
    by = cast.actor("bram")
    with pytest.raises(NotNow):
        if send == "link":
            door.give_link(letter, mail=True, by=by, at=cast.at)
        else:
            sending.send_on_paper(letter, by=by, at=cast.at)
    writing.refuse(letter, by=follower(case.pk), at=cast.at)
    with pytest.raises(NotNow):
        sending.send_on_paper(letter, by=by, at=cast.at)
    assert (reread(letter).sent_at, reread(letter).token_hash) == (None, "")
    assert Notice.objects.filter(kind="letter.link").count() == 0
    assert told("letter.refused") == ["bram"]


def test_a_yes_is_taken_back_as_long_as_nothing_went(cast: Cast, case: Case) -> None:
    letter = make_approved(cast, case)
    assert writing.refuse(letter, by=follower(case.pk), at=cast.at).state == LetterState.WITHDRAWN
    sent = make_on_paper(cast, case)
    with pytest.raises(NotNow, match="al verstuurd"):
        writing.refuse(sent, by=follower(case.pk), at=cast.at)


def test_a_yes_by_phone_names_who_heard_it(cast: Cast, case: Case) -> None:
    letter = writing.approve_by_phone(make_letter(cast, case), phrase=PHRASE, by=cast.actor("bram"), at=cast.at)
    assert (letter.yes, letter.yes_recorded_by) == (LetterYes.BY_PHONE, cast.bram)
    assert writing.approve_by_phone(letter, phrase="", by=cast.actor("bram"), at=cast.at).yes_recorded_by == cast.bram
    at_once = make_letter(cast, case, make_service("Elders"), by_phone=True)
    assert (at_once.state, at_once.yes) == (LetterState.APPROVED, LetterYes.BY_PHONE)


def test_a_yes_by_phone_without_the_pass_phrase_records_nothing_but_the_try(cast: Cast, case: Case) -> None:
    letter = make_letter(cast, case)
    with pytest.raises(voice.NotHeard):
        writing.approve_by_phone(letter, phrase="fiets fiets", by=cast.actor("bram"), at=cast.at)
    assert (reread(letter).state, reread(letter).yes) == (LetterState.ASKED, "")
    assert list(AuditEvent.objects.filter(action__startswith="voice.").values_list("action", "outcome")) == [
        ("voice.refused", "denied")
    ]


def test_paper_begins_the_clock_and_the_answer_ends_it(cast: Cast, case: Case) -> None:
    letter = make_on_paper(cast, case)
    assert (letter.way, letter.sent_at) == (LetterWay.PAPER, cast.at)
    assert letter.remind_at and letter.due_at and cast.at < letter.remind_at < letter.due_at
    assert sending.send_on_paper(letter, by=cast.actor("bram"), at=cast.at + DAY).sent_at == cast.at
    with pytest.raises(NotNow, match="kan niet terug"):
        writing.withdraw(letter, by=cast.actor("bram"), at=cast.at)
    day = cast.at.date() + 3 * DAY
    wish = {"note": "Ze bellen maandag.", "by": cast.actor("bram"), "at": cast.at + 3 * DAY}
    with pytest.raises(NotNow, match="tussen"):
        sending.record_answer(letter, "accepted", on=cast.at.date() - DAY, **wish)
    with pytest.raises(NotNow, match="Kies wat"):
        sending.record_answer(letter, "withdrawn", on=day, **wish)
    done = sending.record_answer(letter, "accepted", on=day, **wish)
    assert (done.state, done.answered_on, done.answered_by) == (LetterState.ACCEPTED, day, cast.bram)
    assert sending.record_answer(letter, "accepted", on=day, **wish).pk == done.pk
    with pytest.raises(NotNow, match="al beantwoord"):
        sending.record_answer(letter, "declined", on=day, **wish)
    assert lines(case) == ["accepted", "asked", "sent_paper", "yes_in_portal"]
    assert letter.service_id
    assert outside.last_accepted([letter.service_id]) == {letter.service_id: Accepted(day, 3)}


def test_a_late_answer_still_counts(cast: Cast, case: Case) -> None:
    letter = make_on_paper(cast, case)
    wish = {"note": "", "by": cast.actor("bram"), "at": cast.at + 3 * DAY}
    day = cast.at.date() + DAY
    assert sending.record_answer(letter, "no_answer", on=day, **wish).state == LetterState.NO_ANSWER
    assert sending.record_answer(letter, "accepted", on=day, **wish).state == LetterState.ACCEPTED


def test_the_last_yes_of_each_service(cast: Cast, case: Case, django_assert_num_queries: Any) -> None:
    services = [make_service(name) for name in ("Een", "Twee", "Drie")]
    for number, service in enumerate(services[:2]):
        letter = make_on_paper(cast, case, service)
        sending.record_answer(
            letter, "accepted", on=cast.at.date() + number * DAY, note="", by=cast.actor("bram"), at=cast.at + 2 * DAY
        )
    with django_assert_num_queries(1):
        found = outside.last_accepted([service.pk for service in services])
    assert found == {
        services[0].pk: Accepted(cast.at.date(), 0), services[1].pk: Accepted(cast.at.date() + DAY, 1),
    }  # fmt: skip


def test_half_way_and_at_the_end_who_has_the_case_is_told_once(cast: Cast, case: Case) -> None:
    letter = make_on_paper(cast, case)
    assert letter.remind_at and letter.due_at
    sweeps.look_due(letter.remind_at - DAY)
    assert told("letter.waits") == []
    for _twice in range(2):
        sweeps.look_due(letter.remind_at)
    assert told("letter.waits") == ["bram"]
    for _twice in range(2):
        sweeps.look_due(letter.due_at + 5 * DAY)
    assert told("letter.late") == ["bram"]


def test_a_sweep_that_comes_late_says_only_that_it_is_late(cast: Cast, case: Case) -> None:
    letter = make_on_paper(cast, case)
    assert letter.due_at
    sweeps.look_due(letter.due_at + 30 * DAY)
    sweeps.look_due(letter.due_at + 31 * DAY)
    assert (told("letter.waits"), told("letter.late")) == ([], ["bram"])


def test_closing_leaves_no_letter_due(cast: Cast, case: Case) -> None:
    given = make_given(cast, case)
    waiting = make_letter(cast, case, make_service("Elders"))
    answered = make_on_paper(cast, case, make_service("Klaar"))
    sending.record_answer(answered, "accepted", on=cast.at.date(), note="", by=cast.actor("bram"), at=cast.at)
    close(Case.objects.get(pk=case.pk), outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=cast.at + DAY)
    assert door.try_code(door.link_of(given.letter), given.code, at=cast.at + DAY) is None
    assert letter_due(waiting) and letter_due(given.letter)
    sweeps.look_due(cast.at + DAY)
    sweeps.look_due(cast.at + 90 * DAY)
    states = [reread(row).state for row in (given.letter, waiting, answered)]
    assert states == [LetterState.WITHDRAWN, LetterState.WITHDRAWN, LetterState.ACCEPTED]
    assert told("letter.waits") == told("letter.late") == []
    with pytest.raises(NotNow):
        make_letter(cast, Case.objects.get(pk=case.pk), make_service("Te laat"))


def test_nothing_of_a_letter_goes_on_in_a_closed_case_before_the_sweep_came(cast: Cast, case: Case) -> None:
    bram, client = cast.actor("bram"), follower(case.pk)
    asked, approved = make_letter(cast, case), make_approved(cast, case, make_service("Elders"))
    given = make_given(cast, case, make_service("Nog elders"))
    Case.objects.filter(pk=case.pk).update(state=CaseState.CLOSED, outcome=CaseOutcome.HELPED, closed_at=cast.at)
    seen = print_of(str(asked.text))
    verbs: tuple[Callable[[], object], ...] = (
        lambda: writing.approve(asked, covers=COVERS, seen=seen, by=client, at=cast.at),
        lambda: writing.approve_by_phone(asked, phrase=PHRASE, by=bram, at=cast.at),
        lambda: sending.send_on_paper(approved, by=bram, at=cast.at),
        lambda: door.give_link(approved, mail=True, by=bram, at=cast.at),
        lambda: door.answer(given.letter, LetterState.ACCEPTED, note="", at=cast.at),
    )
    for verb in verbs:
        with pytest.raises(NotNow):
            verb()
    assert [reread(row).state for row in (asked, approved, given.letter)] == ["asked", "approved", "sent"]
    assert writing.refuse(asked, by=client, at=cast.at).state == LetterState.REFUSED


def test_the_number_to_tell_the_code_by_is_no_fax(cast: Cast, case: Case) -> None:
    service = make_service("Faxzorg")
    Phone.objects.filter(service=service).delete()
    Phone.objects.create(service=service, number="010 000 00 01", kind=PhoneKind.FAX)
    Phone.objects.create(service=service, number="010 000 00 02")
    assert str(make_letter(cast, case, service).to_phone) == "010 000 00 02"


def letter_due(letter: Letter) -> bool:
    return Letter.objects.left_behind().filter(pk=letter.pk).exists()


def test_a_letter_from_before_the_reopening_is_over(cast: Cast, case: Case) -> None:
    given = make_given(cast, case)
    close(Case.objects.get(pk=case.pk), outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=cast.at + DAY)
    reopened = reopening.reopen(
        Case.objects.get(pk=case.pk), reason="Het is terug.", by=follower(case.pk), at=cast.at + 2 * DAY,
        calendar=load_calendar(),
    )  # fmt: skip
    assert reopened.is_open
    sweeps.look_due(cast.at + 3 * DAY)
    assert reread(given.letter).state == LetterState.WITHDRAWN


def test_no_state_is_without_its_moves() -> None:
    assert set(LETTER_NEXT) == set(LetterState)
    assert {state for after in LETTER_NEXT.values() for state in after} <= set(LetterState)


def test_everything_personal_of_a_letter_is_sealed(cast: Cast, case: Case) -> None:
    letter = make_given(cast, case).letter
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(l)::text FROM referrals_letter l WHERE id = %s", [letter.pk])
        row = cursor.fetchone()[0]
    for word in ("Stichting", "schuldhulp.example", "555 01 00", "Ruzie", "Dichtbij", "schulden"):
        assert word not in row


def test_the_sweep_has_a_name_of_its_own() -> None:
    assert system("letters").kind == sweeps.BY.kind


@pytest.mark.parametrize("rounds", [10])
def test_a_yes_and_a_taking_back_at_once_have_one_winner(committed_db: None, at: dt.datetime, rounds: int) -> None:
    """Two connections: the client says yes while the worker takes the letter back."""
    cast = make_cast(at)
    service = make_service()
    for _round in range(rounds):
        letter = make_letter(cast, make_accepted(cast, state=CaseState.ACTIVE), service)
        together(
            lambda one=letter: writing.approve(
                one, covers=COVERS, seen=print_of(str(one.text)), by=follower(one.case_id), at=at
            ),
            lambda one=letter: writing.withdraw(one, by=cast.actor("bram"), at=at),
        )
        assert reread(letter).state == LetterState.WITHDRAWN
        assert "withdrawn" in lines(letter.case)


def together(*verbs: Callable[[], object]) -> None:
    gate = threading.Barrier(len(verbs))

    def run(verb: Callable[[], object]) -> None:
        gate.wait()
        try:
            verb()
        except NotNow:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
