"""Two requests of one person put together and taken apart: who sees what, what counts, and nothing lost."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.actors import follower
from accounts.duty import load_calendar
from accounts.models import AuditEvent, Notice
from cases import (
    appointments,
    breaches,
    case_tasks,
    closing,
    debriefing,
    deputies,
    handback,
    incidents,
    mediation,
    merged,
    merging,
    messages,
    notes,
    outlines,
    reopening,
    someone_else,
    timeline,
    tracks,
    workspace,
)
from cases import mediation as talks
from cases.appointments import TrackFull
from cases.breaches import Weighed
from cases.enums import AccessReason, AccessScope, CaseOutcome, CaseState, EntryKind, NoteKind, Overlay
from cases.enums.guarded import Ground
from cases.enums.tracks import CoachingFocus, OutlineMoment, TrackKind
from cases.mediation import OtherOne
from cases.models import Case, CaseAccess, Merge, Note, NoteDraft
from cases.moves import NotNow
from cases.permissions import case_for, grant
from tests.factories.cases import make_case, make_person
from tests.factories.cast import Cast, make_cast
from tests.factories.coaches import register
from tests.factories.endings import DAY, hold, with_bram

HOUR = dt.timedelta(hours=1)
WHY = "Zelfde stem, zelfde nummer."
FIELDS = (
    "state", "state_since", "owner_id", "primary_contact_id", "next_action_at", "first_contact_due_at", "urgency",
    "urgency_rank", "outcome", "closed_at", "team_id", "overlay",
)  # fmt: skip


def snapshot(*cases: Case) -> list[object]:
    """Everything of these cases that a merge could touch."""
    rows = [Case.objects.values(*FIELDS).get(pk=case.pk) for case in cases]
    access = CaseAccess.objects.filter(case__in=cases).order_by("pk").values_list("pk", "ends_at", "reason", "user")
    return [*rows, *access, *Note.objects.filter(case__in=cases).order_by("pk").values_list("pk", "kind")]


@pytest.fixture
def two(cast: Cast, at: dt.datetime) -> tuple[Case, Case]:
    """The one that goes, and the one that stays."""
    return make_case(cast, urgency="urgent"), make_case(cast, urgency="routine", owner="joost")


def merge(two: tuple[Case, Case], cast: Cast, at: dt.datetime) -> Merge:
    return merging.merge(*two, reason=WHY, by=cast.actor("samira"), at=at)


def test_one_goes_and_one_goes_on_with_the_greater_urgency(two: tuple[Case, Case], cast: Cast, at: dt.datetime) -> None:
    gone, stays = two
    rows = {merge(two, cast, at) for _time in range(2)}
    gone, stays = Case.objects.get(pk=gone.pk), Case.objects.get(pk=stays.pk)
    assert (len(rows), gone.state, gone.outcome, gone.closed_at) == (1, "closed", "merged", at)
    assert (stays.state, stays.urgency) == ("in_triage", "urgent")
    assert stays.first_contact_due_at == min(case.first_contact_due_at for case in two)
    assert gone.timeline.get(kind=EntryKind.MERGED).facts == {"other": str(stays.pk), "part": "gone"}
    assert AuditEvent.objects.filter(action="case.merged").values_list("part", flat=True).count() == 3
    assert Notice.objects.filter(kind="client.news", subject_id=gone.pk).count() == 1


def test_the_undo_restores_exactly_and_twice_is_once(two: tuple[Case, Case], cast: Cast, at: dt.datetime) -> None:
    notes.write(two[0], "Mijn eigen notitie.", kind=NoteKind.WORKING, by=cast.actor("samira"), at=at)
    grant(two[1], reason=AccessReason.BLOCKED, user_id=cast.users["karin"].pk, at=at)
    before = snapshot(*two)
    row = merge(two, cast, at)
    assert snapshot(*two) != before
    for _time in range(2):
        merging.undo(row, by=cast.actor("joost"), at=at + 29 * DAY)
    after = snapshot(*two)
    after[0]["state_since"] = before[0]["state_since"]
    assert after == before
    assert [case.timeline.filter(kind=EntryKind.UNMERGED).count() for case in two] == [1, 1]
    merge(two, cast, at + 29 * DAY)
    assert Merge.objects.filter(undone_at=None).count() == 1


def test_a_wish_for_someone_else_is_answered_first(two: tuple[Case, Case], cast: Cast, at: dt.datetime) -> None:
    someone_else.ask(two[0], by=cast.actor("samira"), at=at)
    with pytest.raises(NotNow, match="That comes first|Dat komt eerst"):
        merge(two, cast, at)
    someone_else.stays(two[0], by=cast.actor("samira"), at=at)
    assert merge(two, cast, at).undone_at is None


def test_not_after_thirty_days_nor_when_the_other_is_closed(
    two: tuple[Case, Case], cast: Cast, at: dt.datetime
) -> None:
    row = merge(two, cast, at)
    with pytest.raises(NotNow):
        merging.undo(row, by=cast.actor("samira"), at=at + settings.MERGE_UNDO_WITHIN + DAY)
    closing.close(two[1], outcome=CaseOutcome.NO_REQUEST, by=cast.actor("samira"), at=at)
    with pytest.raises(NotNow):
        merging.undo(row, by=cast.actor("samira"), at=at + HOUR)


def test_what_triage_changed_meanwhile_stays(two: tuple[Case, Case], cast: Cast, at: dt.datetime) -> None:
    row = merge(two, cast, at)
    Case.objects.filter(pk=two[1].pk).update(urgency="soon", urgency_rank=2)
    merging.undo(row, by=cast.actor("samira"), at=at + HOUR)
    assert Case.objects.get(pk=two[1].pk).urgency == "soon"


@pytest.mark.parametrize("which", ["gone", "stays"])
@pytest.mark.parametrize("reason", [AccessReason.BLOCKED, AccessReason.CLIENT, AccessReason.FAMILY])
def test_nobody_gets_in_by_the_other(
    two: tuple[Case, Case], cast: Cast, at: dt.datetime, which: str, reason: AccessReason
) -> None:
    """Karin is kept out of one. Being let into the other opens neither, at work; as a relative she sees as before."""
    at_one, at_other = two if which == "gone" else two[::-1]
    karin = cast.users["karin"]
    ends_at = at + DAY if reason == AccessReason.FAMILY else None
    scope = AccessScope.FULL if reason == AccessReason.BLOCKED else AccessScope.CLIENT
    grant(at_one, reason=reason, scope=scope, user_id=karin.pk, at=at, ends_at=ends_at)
    row = merge(two, cast, at)
    grant(at_other, reason=AccessReason.REFERRAL, user_id=karin.pk, at=at)
    assert not Case.objects.visible_to(cast.actor("karin"), at).filter(pk__in=[case.pk for case in two]).exists()
    live = CaseAccess.objects.live(at).filter(case=at_other, user=karin).exclude(reason=AccessReason.REFERRAL)
    assert {one.reason for one in live} <= {AccessReason.BLOCKED}
    merging.undo(row, by=cast.actor("samira"), at=at)
    assert list(Case.objects.visible_to(cast.actor("karin"), at).filter(pk__in=[case.pk for case in two])) == [at_other]


def test_seen_together_only_by_who_may_see_both(two: tuple[Case, Case], cast: Cast, at: dt.datetime) -> None:
    gone, stays = two
    merge(two, cast, at)
    grant(stays, reason=AccessReason.REFERRAL, user_id=cast.bram.pk, at=at)
    gone = Case.objects.get(pk=gone.pk)
    assert [row.case for row in merged.of_case(stays, cast.actor("samira"), at)] == [gone]
    assert merged.of_case(stays, cast.actor("bram"), at) == []
    assert merged.gone_into(gone, cast.actor("samira"), at) == stays
    CaseAccess.objects.filter(case=stays, reason=AccessReason.DESK).delete()
    assert merged.gone_into(gone, cast.actor("samira"), at) is None


def test_one_timeline_of_both_each_with_its_own_key(two: tuple[Case, Case], cast: Cast, at: dt.datetime) -> None:
    for case, words in zip(two, ("Uit de eerste.", "Uit de tweede."), strict=True):
        timeline.add(case, EntryKind.MORE_ASKED, by=cast.actor("samira"), at=at, text=words)
    row = merge(two, cast, at)
    lines = timeline.for_staff(two[1], others=[two[0].pk], also=[row.case]).object_list
    assert {line.detail for line in lines} >= {"Uit de eerste.", "Uit de tweede."}
    alone = timeline.for_staff(two[1]).object_list
    assert {line.detail for line in alone} & {"Uit de eerste.", "Uit de tweede."} == {"Uit de tweede."}


def test_contact_rights_show_nothing_of_it(clock: None, cast: Cast, logged_in: Callable[..., Client]) -> None:
    gone, stays = with_bram(cast, cast.at), make_case(cast)
    CaseAccess.objects.filter(case=gone, team__isnull=False).update(scope=AccessScope.CONTACT)
    notes.write(gone, "Slaapt slecht.", kind=NoteKind.FILE, by=cast.actor("bram"), at=cast.at)
    merging.merge(gone, stays, reason=WHY, by=cast.actor("bram"), at=cast.at)
    assert merged.of_case(stays, cast.actor("samira"), cast.at) == []
    page = logged_in(cast.samira).get(f"/zaken/{stays.reference}/", headers={"accept-language": "nl"})
    assert f"Ook {gone.reference}" not in page.content.decode()


def test_no_sixth_by_merging(cast: Cast, at: dt.datetime) -> None:
    gone, stays = with_bram(cast, at), with_bram(cast, at)
    for case, days in ((gone, (1, 2, 3)), (stays, (1, 2))):
        for day in days:
            hold(cast, case, at - day * DAY)
    merge((gone, stays), cast, at)
    with pytest.raises(TrackFull):
        hold(cast, stays, at - HOUR)
    space = workspace.open_workspace(cast.actor("bram"), stays.reference, tab="case", part="x", at=at)
    assert (space.counter.held, space.counter.is_full) == (5, True)
    [row] = workspace.work_of(cast.actor("bram"), at)
    assert workspace.counter_of(row).held == 5


@pytest.mark.parametrize(
    "why",
    [
        "summary",
        "message",
        "planned",
        "referred",
        "emergency",
        "owner",
        "accounts",
        "closed",
        "itself",
        "incident",
        "talk",
    ],
)
def test_what_cannot_be_put_together(cast: Cast, at: dt.datetime, why: str) -> None:
    gone, stays = with_bram(cast, at), make_case(cast)
    if why == "message":
        gone = make_case(cast, client="tom")
        messages.send(gone, submission_id=gone.pk, body="Hallo?", by=cast.actor("tom"), at=at)
    elif why == "summary":
        gone = make_case(cast)
        timeline.add(gone, EntryKind.CONSENT_ASKED, by=cast.actor("samira"), at=at)
    elif why == "planned":
        appointments.plan_session(gone, starts_at=at + DAY, way="visit", by=cast.actor("bram"), at=at, reason="x")
    elif why == "referred":
        gone = make_case(cast, state=CaseState.REFERRED)
    elif why == "emergency":
        gone = make_case(cast, overlay=Overlay.EMERGENCY)
    elif why == "incident":
        incidents.begin(gone, kind="death", known="Gemeld.", by=cast.actor("bram"), at=at)
    elif why == "talk":
        piet = OtherOne("Piet Sterk", "manager", "piet@werk.example")
        talks.begin(gone, other=piet, called="Tom", subject="Samen verder.", leader=cast.karin, wanted=True,
                    by=cast.actor("bram"), at=at)  # fmt: skip
    elif why == "owner":
        grant(stays, reason=AccessReason.BLOCKED, user_id=cast.bram.pk, at=at)
    elif why == "accounts":
        gone, stays = (make_case(cast, person=make_person(at=at, user=cast.users[name])) for name in ("tom", "lisa"))
    elif why == "closed":
        closing.close(stays, outcome=CaseOutcome.NO_REQUEST, by=cast.actor("samira"), at=at)
    else:
        stays = gone
    with pytest.raises(NotNow):
        merge((gone, stays), cast, at)
    assert Case.objects.get(pk=gone.pk).is_open
    assert not Merge.objects.exists()


def test_closing_the_one_that_stayed_ends_the_other_too(two: tuple[Case, Case], cast: Cast, at: dt.datetime) -> None:
    notes.write(two[0], "Mijn eigen notitie.", kind=NoteKind.WORKING, by=cast.actor("samira"), at=at)
    NoteDraft.objects.create(
        case=two[0], author=cast.samira, kind=NoteKind.FILE, form_id=two[0].pk, body="Half.", saved_at=at,
        expires_at=at + DAY, version=1,
    )  # fmt: skip
    merge(two, cast, at)
    assert Note.objects.filter(case=two[0]).exists() and NoteDraft.objects.filter(case=two[0]).exists()
    closing.close(two[1], outcome=CaseOutcome.NO_REQUEST, by=cast.actor("samira"), at=at)
    assert not Note.objects.filter(case=two[0]).exists() and not NoteDraft.objects.filter(case=two[0]).exists()
    end = at + settings.ACCESS_AFTER_CLOSING
    assert set(CaseAccess.objects.filter(case=two[0]).values_list("ends_at", flat=True)) == {end}


def test_the_clients_own_door_stays_as_it_was(two: tuple[Case, Case], cast: Cast, at: dt.datetime) -> None:
    merge(two, cast, at)
    mine = follower(two[0].pk)
    assert case_for(mine, two[0].reference, needs="case.own", at=at).outcome == CaseOutcome.MERGED
    assert list(Case.objects.visible_to(mine, at)) == [two[0]]


@pytest.mark.parametrize("number", range(3))
def test_merging_against_closing(committed_db: None, at: dt.datetime, number: int) -> None:
    """Whoever is second finds what the first did; never is a request put together with one that is closed."""
    cast = make_cast(at)
    gone, stays = make_case(cast), make_case(cast)
    together, said = threading.Barrier(2), []

    def try_it(verb: str) -> None:
        by = cast.actor("samira")
        together.wait(timeout=10)
        try:
            if verb == "merge":
                merging.merge(gone, stays, reason=WHY, by=by, at=at)
            else:
                closing.close(stays, outcome=CaseOutcome.NO_REQUEST, by=by, at=at)
            said.append(verb)
        except NotNow:
            said.append(f"no {verb}")
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it, args=(verb,)) for verb in ("merge", "close")]
    [thread.start() for thread in threads], [thread.join(timeout=20) for thread in threads]
    closed_first = Case.objects.get(pk=gone.pk).is_open
    assert sorted(said) == (["close", "no merge"] if closed_first else ["close", "merge"])
    assert not Case.objects.get(pk=stays.pk).is_open


def test_undone_by_two_at_once(committed_db: None, at: dt.datetime) -> None:
    cast = make_cast(at)
    row = merging.merge(make_case(cast), make_case(cast), reason=WHY, by=cast.actor("samira"), at=at)
    together = threading.Barrier(2)

    def try_it(name: str) -> None:
        by = cast.actor(name)
        together.wait(timeout=10)
        try:
            merging.undo(row, by=by, at=at + HOUR)
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it, args=(name,)) for name in ("samira", "joost")]
    [thread.start() for thread in threads], [thread.join(timeout=20) for thread in threads]
    assert Case.objects.get(pk=row.case_id).timeline.filter(kind=EntryKind.UNMERGED).count() == 1


def test_who_accepts_the_one_that_stays_reads_both_until_it_goes_back(
    two: tuple[Case, Case], cast: Cast, at: dt.datetime
) -> None:
    merge(two, cast, at)
    gone, stays = Case.objects.get(pk=two[0].pk), Case.objects.get(pk=two[1].pk)
    grant(stays, reason=AccessReason.REFERRAL, user_id=cast.bram.pk, at=at)
    merged.let_in(stays, cast.bram.pk, at)
    bram = cast.actor("bram")
    assert set(Case.objects.visible_to(bram, at)) == {gone, stays}
    merged.let_out(stays, at)
    assert set(Case.objects.visible_to(bram, at)) == {stays}


@pytest.mark.parametrize("ends", ["undo", "close", "hand back"])
def test_who_stands_in_reads_both_as_the_owner_does(cast: Cast, at: dt.datetime, ends: str) -> None:
    gone, stays = make_case(cast), with_bram(cast, at)
    row = merging.merge(gone, stays, reason=WHY, by=cast.actor("samira"), at=at)
    day = at.date()
    deputies.enter(
        cast.bram, first_day=day, last_day=day + 9 * DAY, deputy=cast.ilse, by=cast.actor("els"), at=at
    )  # fmt: skip
    ilse = cast.actor("ilse")
    assert set(Case.objects.visible_to(ilse, at)) == {gone, stays}
    assert [one.case for one in merged.of_case(stays, ilse, at)] == [gone]
    if ends == "undo":
        merging.undo(row, by=cast.actor("samira"), at=at)
    elif ends == "close":
        closing.close(stays, outcome=CaseOutcome.HELPED, note="Klaar.", by=cast.actor("bram"), at=at)
    else:
        handback.hand_back(stays, reason="Past niet.", by=cast.actor("bram"), at=at)
    for _time in range(2):
        assert not Case.objects.visible_to(ilse, at).filter(pk=gone.pk).exists()
        deputies.replan(at)


def test_taking_apart_takes_away_what_the_merge_gave(two: tuple[Case, Case], cast: Cast, at: dt.datetime) -> None:
    row = merge(two, cast, at)
    merged.let_in(two[1], cast.bram.pk, at)
    merging.undo(row, by=cast.actor("samira"), at=at)
    assert not Case.objects.visible_to(cast.actor("bram"), at).exists()


@pytest.mark.parametrize("what", ["task", "mediation", "group", "asks again", "outline", "breach", "incident"])
def test_what_somebody_waits_for_is_settled_first(cast: Cast, at: dt.datetime, what: str) -> None:
    """Closing leaves nothing due, and so does what a merge closes."""
    gone, stays, by = with_bram(cast, at), make_case(cast), cast.actor("bram")
    if what == "task":
        case_tasks.add(gone, what="Kamer bevestigen", due_at=at + DAY, by=by, at=at)
    elif what == "mediation":
        mediation.begin(
            gone, other=OtherOne("Piet", "manager", "piet@werk.example"), called="Tom", subject="Samen verder.",
            leader=cast.karin, wanted=True, by=by, at=at,
        )  # fmt: skip
    elif what in {"group", "asks again"}:
        talk = debriefing.plan(
            gone, starts_at=at + HOUR, minutes=60, place="", incident="Ongeluk", second=cast.ilse, by=by, at=at
        )
        if what == "asks again":
            day = at.date() + 35 * DAY
            debriefing.hold(talk, present=4, want_own_talk=0, report="", look_again_on=day, by=by, at=at + 2 * HOUR)
    elif what == "outline":
        register(cast)
        tracks.start(gone, TrackKind.COACHING, focus=CoachingFocus.TEAM, by=by, at=at)
        outlines.write(gone, OutlineMoment.START, "Er is coaching.", by=by, at=at)
    elif what == "breach":
        wish = Weighed(Ground.DANGER_SELF, "Er is geen andere weg.", cast.ilse, "De huisarts", "Slaap.", True, "")
        breaches.ask(gone, wish, by=by, at=at)
    else:
        incidents.begin(gone, kind="death", known="Gemeld.", by=by, at=at)
    with pytest.raises(NotNow):
        merge((gone, stays), cast, at + 3 * HOUR)
    assert Case.objects.get(pk=gone.pk).is_open


@pytest.mark.parametrize("what", ["given back", "closed and opened again"])
def test_the_undo_lets_the_desk_in_whatever_became_of_the_other(cast: Cast, at: dt.datetime, what: str) -> None:
    gone, stays, later = make_case(cast, owner="samira"), with_bram(cast, at), at + DAY
    row = merge((gone, stays), cast, at + HOUR)
    if what == "given back":
        handback.hand_back(stays, reason="Past niet.", by=cast.actor("bram"), at=later)
    else:
        closing.close(stays, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=later)
        reopening.reopen(stays, reason="Weer.", by=cast.actor("samira"), at=later, calendar=load_calendar())
    merging.undo(row, by=cast.actor("samira"), at=later + HOUR)
    then = at + 400 * DAY
    opened = case_for(cast.actor("samira", then), gone.reference, needs="case.work", at=then)
    assert (opened.owner_id, opened.is_open) == (cast.samira.pk, True)
