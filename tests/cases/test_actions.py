"""What can be done with a case: each verb once, twice, too late, and by two people at a time."""

import datetime as dt
import threading

import pytest
from django.db import close_old_connections, connection

from accounts.actors import system
from accounts.models import AuditEvent, Notice
from cases import actions
from cases.actions import Changed, NeedsReason, NotNow
from cases.deadlines import first_contact_by
from cases.enums import CaseState, EntryKind, Overlay, Urgency
from cases.models import Case
from desk import snapshot
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast

HOUR = dt.timedelta(hours=1)


def kinds(case: Case) -> list[str]:
    return list(case.timeline.order_by("at", "pk").values_list("kind", flat=True))


def audited(case: Case) -> list[str]:
    return list(AuditEvent.objects.filter(case_id=case.pk).order_by("id").values_list("action", flat=True))


def test_taking_makes_you_owner_and_contact_person(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, state=CaseState.SUBMITTED, owner=None)
    case = actions.take(case, by=cast.actor("samira"), at=at)
    assert (case.state, case.owner, case.primary_contact) == (CaseState.IN_TRIAGE, cast.samira, cast.samira)
    assert (case.version, kinds(case), audited(case)) == (2, [EntryKind.TAKEN], ["case.taken"])


def test_taking_twice_changes_nothing(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, state=CaseState.SUBMITTED, owner=None)
    actions.take(case, by=cast.actor("samira"), at=at)
    assert actions.take(case, by=cast.actor("samira"), at=at).version == 2
    assert kinds(case) == [EntryKind.TAKEN]


def test_whoever_takes_second_hears_who_has_it(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, owner="joost")
    with pytest.raises(NotNow, match="Joost Verkerk"):
        actions.take(case, by=cast.actor("samira"), at=at)
    assert Case.objects.get(pk=case.pk).owner == cast.joost


def test_a_case_with_a_worker_cannot_be_taken(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, state=CaseState.ACCEPTED, owner="bram")
    with pytest.raises(NotNow):
        actions.give(case, to=cast.samira, by=cast.actor("samira"), at=at)


def test_giving_tells_the_colleague_once(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, owner="samira")
    for _ in range(2):
        case = actions.give(case, to=cast.joost, by=cast.actor("samira"), at=at)
    assert case.owner == cast.joost
    told = Notice.objects.filter(kind="case.given", user=cast.joost, channel="inbox")
    assert [notice.path for notice in told] == [f"/loket/{case.reference}/"]


def test_giving_to_someone_who_may_not_open_it_is_refused(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, owner="samira")
    for name in ("bram", "nadia", "vera"):  # another team, not on shift, no permission on cases
        with pytest.raises(NotNow):
            actions.give(case, to=cast.users[name], by=cast.actor("samira"), at=at)
    assert Case.objects.get(pk=case.pk).owner == cast.samira


def test_giving_back_puts_it_in_the_queue(cast: Cast, at: dt.datetime) -> None:
    case = actions.give_back(make_case(cast, owner="samira"), by=cast.actor("samira"), at=at)
    assert (case.state, case.owner, case.primary_contact) == (CaseState.SUBMITTED, None, None)
    assert kinds(actions.give_back(case, by=cast.actor("samira"), at=at)) == [EntryKind.GIVEN_BACK]


def test_giving_back_while_a_receiver_answers_is_refused(cast: Cast, at: dt.datetime) -> None:
    with pytest.raises(NotNow):
        actions.give_back(make_case(cast, state=CaseState.REFERRED), by=cast.actor("samira"), at=at)


def test_raising_the_urgency_brings_the_promise_forward(cast: Cast, at: dt.datetime) -> None:
    calendar = snapshot.read().calendar
    case = make_case(cast, urgency=Urgency.SOON)
    case = actions.set_urgency(
        case, Urgency.URGENT, reason="huilt aan de telefoon", by=cast.actor("samira"), at=at, calendar=calendar
    )
    assert (case.urgency, case.urgency_rank) == (Urgency.URGENT, 1)
    assert case.first_contact_due_at == first_contact_by(Urgency.URGENT, at, calendar) == at + 4 * HOUR
    entry = case.timeline.get()
    entry.case = case
    assert (entry.kind, entry.text, entry.facts["to"]) == (EntryKind.URGENCY_CHANGED, "huilt aan de telefoon", "urgent")


def test_lowering_the_urgency_keeps_the_promise(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, urgency=Urgency.URGENT)
    promised = case.first_contact_due_at
    case = actions.set_urgency(
        case, Urgency.ROUTINE, reason="vergissing", by=cast.actor("samira"), at=at, calendar=snapshot.read().calendar
    )
    assert (case.urgency, case.first_contact_due_at) == (Urgency.ROUTINE, promised)


def test_an_urgency_changes_only_with_a_reason(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, urgency=Urgency.SOON)
    with pytest.raises(NeedsReason):
        actions.set_urgency(
            case, Urgency.URGENT, reason=" ", by=cast.actor("samira"), at=at, calendar=snapshot.read().calendar
        )
    assert Case.objects.get(pk=case.pk).urgency == Urgency.SOON


def test_the_machine_only_raises(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, urgency=Urgency.URGENT)
    with pytest.raises(ValueError, match="only a person"):
        actions.set_urgency(case, Urgency.SOON, reason="x", by=system("test"), at=at, calendar=snapshot.read().calendar)


def test_an_old_version_is_noticed(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    actions.set_topics(case, ["work.stress_burnout"], by=cast.actor("joost"), at=at, version=1)
    with pytest.raises(Changed) as caught:
        actions.set_topics(case, ["private.bereavement"], by=cast.actor("samira"), at=at, version=1)
    assert (caught.value.case.topics, caught.value.case.version) == (["work.stress_burnout"], 2)


@pytest.mark.parametrize(
    "topics", [["no.such"], ["work.conflict", "work.stress_burnout", "private.money", "private.relationship"]]
)
def test_topics_are_known_and_three_at_most(cast: Cast, at: dt.datetime, topics: list[str]) -> None:
    with pytest.raises(ValueError, match="known topics"):
        actions.set_topics(make_case(cast), topics, by=cast.actor("samira"), at=at)


def test_danger_asked_again_puts_the_overlay_on(cast: Cast, at: dt.datetime) -> None:
    case = actions.set_danger(make_case(cast), True, by=cast.actor("samira"), at=at)
    assert (case.danger_now, case.overlay) == (True, Overlay.EMERGENCY)
    case = actions.set_danger(case, False, by=cast.actor("samira"), at=at)
    assert (case.danger_now, case.overlay) == (False, Overlay.EMERGENCY)


def test_two_take_at_once_and_one_wins(committed_db: None, at: dt.datetime) -> None:
    cast = make_cast(at)
    case = make_case(cast, state=CaseState.SUBMITTED, owner=None)
    together, lost = threading.Barrier(2), []

    def try_it(name: str) -> None:
        close_old_connections()
        by = cast.actor(name)
        together.wait(timeout=10)
        try:
            actions.take(case, by=by, at=at)
        except NotNow as error:
            lost.append((name, str(error)))
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it, args=(name,)) for name in ("samira", "joost")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    winner = Case.objects.get(pk=case.pk).owner
    assert len(lost) == 1
    assert winner is not None
    assert winner.name in lost[0][1]
    assert kinds(case) == [EntryKind.TAKEN]
