"""A talk that somebody neutral leads (R17): both say yes first, both hear the same, neither sees the other's file."""

import datetime as dt
import threading
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection

from accounts.actors import Actor, follower
from accounts.models import AuditEvent, Notice
from accounts.permissions import Refused
from cases import appointments, mediation_door, mediation_talks, tokens, tracks
from cases import mediation as talks
from cases.closing import close
from cases.enums import AccessReason, CaseState, EntryKind, SessionState
from cases.enums.mediation import MediationEnding, MediationState
from cases.enums.tracks import TrackKind
from cases.mediation import OtherOne
from cases.mediation_talks import TextChanged
from cases.models import Case, Mediation, MediationNote, MediationTalk, Party, TimelineEntry, Track
from cases.moves import NeedsReason, NotNow
from cases.permissions import grant
from cases.search import indexes_of
from tests.factories.cases import make_case, make_person
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

DAY = dt.timedelta(days=1)
OTHER = OtherOne("Piet Sterk", "manager", "piet@werk.example", "06 00 00 00 77")


def begin(case: Case, cast: Cast, **extra: object) -> Mediation:
    answers = {
        "other": OTHER, "called": "Tom Jansen", "subject": "Hoe we samen verder werken.", "leader": cast.karin,
        "wanted": True, "by": cast.actor("bram"), "at": cast.at,
    }  # fmt: skip
    return talks.begin(case, **{**answers, **extra})


def agreed(case: Case, cast: Cast) -> Mediation:
    mediation = begin(case, cast)
    for side, party in talks.sides(mediation).items():
        by = follower(case.pk) if side == "client" else Actor(kind="user", user=cast.lisa)
        talks.agree(party, by=by, at=cast.at)
    return Mediation.objects.get(pk=mediation.pk)


def meet(mediation: Mediation, cast: Cast, with_whom: str = "both", **extra: object) -> MediationTalk:
    answers = {"starts_at": cast.at + DAY, "minutes": 60, "way": "phone", "place": "", "by": cast.actor("karin")}
    return mediation_talks.plan(mediation, with_whom=with_whom, at=cast.at, **{**answers, **extra})


def told(mediation: Mediation) -> list[tuple[str, str]]:
    """Who was mailed about what: the occasions of the client and those of the other one."""
    rows = Notice.objects.filter(kind__in=["talk.client", "talk.other"])
    return sorted((row.kind, row.dedupe_key.split(":")[-2]) for row in rows)


def test_both_are_asked_in_one_moment_and_the_leader_is_told(cast: Cast) -> None:
    case = make_accepted(cast)
    mediation = begin(case, cast)
    assert told(mediation) == [("talk.client", "asked"), ("talk.other", "asked")]
    kinds = Notice.objects.filter(user=cast.karin, kind="talk.leader", channel="inbox")
    assert kinds.get().path == f"/samen/{mediation.pk}/"
    line = TimelineEntry.objects.get(case=case, kind=EntryKind.MEDIATION)
    assert (line.facts, line.for_client, line.text) == ({"what": "asked", "user": cast.karin.pk}, True, "")
    assert tracks.latest(case).kind == TrackKind.MEDIATION


def test_client_and_other_one_read_the_same_words() -> None:
    from cases.notices import TALK_NEWS_CLIENT, TALK_NEWS_OTHER

    assert (TALK_NEWS_CLIENT.title, TALK_NEWS_CLIENT.text) == (TALK_NEWS_OTHER.title, TALK_NEWS_OTHER.text)


def test_without_the_clients_yes_nobody_is_asked(cast: Cast) -> None:
    case = make_accepted(cast)
    with pytest.raises(NotNow):
        begin(case, cast, wanted=False)
    assert not Mediation.objects.exists() and not Notice.objects.filter(kind="talk.other").exists()


def test_the_same_form_twice_is_one_talk_and_there_is_one_at_a_time(cast: Cast) -> None:
    case, number = make_accepted(cast), uuid.uuid4()
    assert begin(case, cast, mediation_id=number) == begin(case, cast, mediation_id=number)
    with pytest.raises(NotNow):
        begin(case, cast)
    assert Mediation.objects.count() == 1


def test_who_helps_the_client_cannot_lead(cast: Cast) -> None:
    case = make_accepted(cast)
    assert cast.bram not in talks.leaders_for(case, cast.at)
    assert cast.karin in talks.leaders_for(case, cast.at)
    assert cast.arie not in talks.leaders_for(case, cast.at)  # an administrator works with no case
    with pytest.raises(NotNow):
        begin(case, cast, leader=cast.bram)


def test_who_stands_in_for_the_clients_worker_cannot_lead(cast: Cast) -> None:
    case = make_accepted(cast)
    grant(case, reason=AccessReason.DEPUTY, user_id=cast.karin.pk, at=cast.at - DAY, ends_at=cast.at + DAY)
    with pytest.raises(NotNow):
        begin(case, cast)


@pytest.mark.parametrize("known", ["email", "phone"])
def test_who_helps_the_other_one_cannot_lead_and_the_sentence_says_nothing(cast: Cast, known: str) -> None:
    person = make_person(at=cast.at)
    setattr(person, known, getattr(OTHER, known))
    for field, value in indexes_of(**{known: getattr(OTHER, known)}).items():
        setattr(person, field, value)
    person.save()
    make_case(cast, person=person, owner="karin", state=CaseState.ACCEPTED)
    case = make_accepted(cast)
    with pytest.raises(NotNow) as helped:
        begin(case, cast)
    with pytest.raises(NotNow) as themselves:
        begin(case, cast, other=OtherOne("Karin", "colleague", cast.karin.email))
    assert str(helped.value) == str(themselves.value)


def test_no_meeting_with_both_before_both_said_yes(cast: Cast) -> None:
    case = make_accepted(cast)
    mediation = begin(case, cast)
    meet(mediation, cast, "client"), meet(mediation, cast, "other")
    with pytest.raises(NotNow):
        meet(mediation, cast)
    talks.agree(talks.sides(mediation)["client"], by=follower(case.pk), at=cast.at)
    with pytest.raises(NotNow):
        meet(mediation, cast)
    talks.agree(talks.sides(mediation)["other"], by=cast.actor("karin"), at=cast.at, told=True)
    assert meet(mediation, cast).with_whom == "both"
    party = talks.sides(mediation)["other"]
    assert (party.told_by, talks.sides(mediation)["client"].told_by) == (cast.karin, None)


def test_a_leader_who_began_to_help_one_of_them_leads_no_further(cast: Cast) -> None:
    case = make_accepted(cast)
    mediation = agreed(case, cast)
    grant(case, reason=AccessReason.DEPUTY, user_id=cast.karin.pk, at=cast.at - DAY, ends_at=cast.at + DAY)
    with pytest.raises(NotNow):
        meet(mediation, cast)
    talks.end(mediation, MediationEnding.NOT_NEUTRAL, by=cast.actor("karin"), at=cast.at)
    assert tracks.latest(case).ended_at == cast.at


def test_each_hears_of_a_meeting_together_in_the_same_moment_and_of_a_cancelled_one(cast: Cast) -> None:
    mediation = agreed(make_accepted(cast), cast)
    talk = meet(mediation, cast)
    mediation_talks.settle(talk, SessionState.CANCELLED, by=cast.actor("karin"), at=cast.at)
    occasions = told(mediation)
    of_client = [occasion for kind, occasion in occasions if kind == "talk.client"]
    of_other = [occasion for kind, occasion in occasions if kind == "talk.other"]
    assert of_client == of_other == ["agreed", "asked", f"cancelled{talk.pk}", f"planned{talk.pk}"]


def test_a_meeting_outside_the_clients_wishes_asks_why(cast: Cast) -> None:
    mediation = agreed(make_accepted(cast), cast)
    with pytest.raises(NeedsReason):
        meet(mediation, cast, way="video")
    assert meet(mediation, cast, way="video", reason="De cliënt vroeg erom.").way == "video"


def test_each_sees_only_their_own_meetings_and_no_private_note(cast: Cast) -> None:
    case = make_accepted(cast)
    mediation = agreed(case, cast)
    both, own, other = (meet(mediation, cast, with_whom) for with_whom in ("both", "client", "other"))
    mediation_talks.write_note(mediation, "Is bang voor ontslag.", about="client", by=cast.actor("karin"), at=cast.at)
    seat = mediation_door.seat_of_client(case)
    assert {row.pk for row in seat.meetings} == {both.pk, own.pk}
    assert other.pk not in {row.pk for row in seat.meetings}
    assert not hasattr(seat, "notes")


def test_one_text_that_both_sign_and_a_change_takes_the_signatures_away(cast: Cast) -> None:
    case = make_accepted(cast)
    mediation, by = agreed(case, cast), cast.actor("karin")
    mediation_talks.write_agreement(mediation, "Elke maandag overleg.", version=0, by=by, at=cast.at)
    sides = talks.sides(mediation)
    mediation_talks.sign(sides["client"], version=1, by=follower(case.pk), at=cast.at)
    with pytest.raises(TextChanged) as conflict:
        mediation_talks.write_agreement(mediation, "Elke dag overleg.", version=0, by=by, at=cast.at)
    assert (conflict.value.saved.agreement, conflict.value.mine) == ("Elke maandag overleg.", "Elke dag overleg.")
    mediation_talks.write_agreement(mediation, "Elke week overleg.", version=1, by=by, at=cast.at)
    assert talks.sides(mediation)["client"].signed_version is None
    with pytest.raises(NotNow):
        mediation_talks.sign(sides["other"], version=1, by=by, at=cast.at)
    with pytest.raises(NotNow):
        talks.end(mediation, MediationEnding.SIGNED, by=by, at=cast.at)
    for party in talks.sides(mediation).values():
        mediation_talks.sign(party, version=2, by=by, at=cast.at)
    ended = talks.end(mediation, MediationEnding.SIGNED, by=by, at=cast.at)
    assert (ended.state, ended.agreement) == (MediationState.ENDED, "Elke week overleg.")


@pytest.mark.parametrize("side", ["client", "other"])
def test_either_can_stop_and_both_hear_the_same_and_not_who(cast: Cast, side: str) -> None:
    case = make_accepted(cast)
    mediation = agreed(case, cast)
    meet(mediation, cast)
    mediation_talks.write_note(mediation, "Let op de toon.", about="both", by=cast.actor("karin"), at=cast.at)
    talks.stop(talks.sides(mediation)[side], by=follower(case.pk), at=cast.at)
    row = Mediation.objects.get()
    assert (row.state, row.ending) == (MediationState.ENDED, MediationEnding.WITHDRAWN)
    assert {("talk.client", "ended"), ("talk.other", "ended")} <= set(told(mediation))
    assert not MediationNote.objects.exists()
    assert list(MediationTalk.objects.values_list("state", flat=True)) == ["cancelled"]
    talks.stop(talks.sides(mediation)[side], by=follower(case.pk), at=cast.at)
    assert told(mediation).count(("talk.client", "ended")) == 1


def test_what_is_not_answered_ends_by_itself_at_its_moment_and_once(cast: Cast) -> None:
    mediation = begin(make_accepted(cast), cast)
    assert talks.lapse_due(mediation.answer_by - dt.timedelta(seconds=1)) == 0
    assert talks.lapse_due(mediation.answer_by) == 1
    assert talks.lapse_due(mediation.answer_by + DAY) == 0
    assert Mediation.objects.get().ending == MediationEnding.NO_ANSWER


def test_closing_the_case_leaves_nothing_due(cast: Cast) -> None:
    case = make_accepted(cast)
    mediation = agreed(case, cast)
    meet(mediation, cast)
    close(case, outcome="helped", by=cast.actor("bram"), at=cast.at)
    row = Mediation.objects.get()
    assert row.ending == MediationEnding.CASE_CLOSED
    assert not Track.objects.filter(ended_at=None).exists()
    assert not MediationTalk.objects.filter(state="planned").exists()


def test_help_of_the_own_worker_can_go_on_afterwards_and_never_gets_a_sixth(cast: Cast) -> None:
    case = make_accepted(cast)
    for hours in range(1, 6):
        appointments.record_contact(
            case, starts_at=cast.at - hours * dt.timedelta(hours=1), minutes=45, way="phone", by=cast.actor("bram"),
            at=cast.at,
        )  # fmt: skip
    mediation = begin(case, cast)
    talks.stop(talks.sides(mediation)["client"], by=follower(case.pk), at=cast.at)
    with pytest.raises(tracks.TrackFull):
        tracks.start(case, TrackKind.SHORT_TERM_HELP, reason="Verder praten.", by=cast.actor("bram"), at=cast.at)


def test_only_who_leads_it_opens_it(cast: Cast) -> None:
    mediation = begin(make_accepted(cast), cast)
    assert mediation_door.open_led(cast.actor("karin"), mediation.pk, at=cast.at) == mediation
    for name in ("bram", "els", "samira", "arie", "tom"):
        with pytest.raises(Refused):
            mediation_door.open_led(cast.actor(name), mediation.pk, at=cast.at)


def test_the_leader_opens_no_file_and_the_worker_no_talk(cast: Cast) -> None:
    case = make_accepted(cast)
    begin(case, cast)
    assert not Case.objects.visible_to(cast.actor("karin"), cast.at).filter(pk=case.pk).exists()


def test_the_other_one_comes_in_by_link_and_code_and_nobody_else(cast: Cast) -> None:
    case = make_accepted(cast)
    mediation = begin(case, cast)
    code = mediation_door.new_code(mediation, by=cast.actor("karin"), at=cast.at)
    token = mediation_door.link_of(Party.objects.get(side="other"))
    party = mediation_door.guest_of(token, cast.at)
    piet = Actor(kind="user", user=cast.lisa)
    for name in ("bram", "karin"):
        assert not mediation_door.try_code(party, code, by=cast.actor(name), at=cast.at).right
    assert not mediation_door.try_code(party, "0000 0000", by=piet, at=cast.at).right
    assert mediation_door.try_code(party, code, by=piet, at=cast.at).right
    assert mediation_door.seat_of_other(piet, mediation.pk, at=cast.at).opposite.name == "Tom Jansen"
    with pytest.raises(Refused):
        mediation_door.seat_of_other(Actor(kind="user", user=cast.tom), mediation.pk, at=cast.at)
    assert mediation_door.guest_of("niets", cast.at) is None
    assert AuditEvent.objects.filter(action="mediation.refused").count() == 3


def test_neither_name_nor_link_lies_in_the_database(cast: Cast) -> None:
    begin(make_accepted(cast), cast)
    token = mediation_door.link_of(Party.objects.get(side="other"))
    text = ""
    with connection.cursor() as cursor:
        for table in ("cases_party", "cases_mediation"):
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")  # noqa: S608
            text += " ".join(row[0] for row in cursor.fetchall())
    for word in (token, "Piet", "piet@werk.example", "Tom Jansen", "samen verder"):
        assert word not in text
    assert tokens.token_hashes(token, tokens.MEDIATION)[0] in text


@pytest.fixture
def apart(committed_db: None, at: dt.datetime) -> Iterator[tuple[Cast, Mediation]]:
    cast = make_cast(at)
    yield cast, begin(make_accepted(cast), cast)


def test_two_yeses_at_once_both_count(apart: tuple[Cast, Mediation]) -> None:
    cast, mediation = apart
    start = threading.Barrier(2)

    def say_yes(side: str) -> None:
        start.wait()
        try:
            talks.agree(talks.sides(mediation)[side], by=cast.actor("karin"), at=cast.at, told=True)
        finally:
            connection.close()

    threads = [threading.Thread(target=say_yes, args=(side,)) for side in ("client", "other")]
    [thread.start() for thread in threads], [thread.join() for thread in threads]
    assert Mediation.objects.get().state == MediationState.AGREED
    assert told(mediation).count(("talk.client", "agreed")) == 1


def test_yes_and_closing_at_once_never_leave_it_open(apart: tuple[Cast, Mediation]) -> None:
    cast, mediation = apart
    start, failed = threading.Barrier(2), []

    def do(what: str) -> None:
        start.wait()
        try:
            if what == "close":
                close(mediation.case, outcome="helped", by=cast.actor("bram"), at=cast.at)
            else:
                talks.agree(talks.sides(mediation)["client"], by=follower(mediation.case_id), at=cast.at)
        except NotNow as why:
            failed.append(str(why))
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(what,)) for what in ("close", "agree")]
    [thread.start() for thread in threads], [thread.join() for thread in threads]
    assert Mediation.objects.get().ending == MediationEnding.CASE_CLOSED
    assert len(failed) <= 1
