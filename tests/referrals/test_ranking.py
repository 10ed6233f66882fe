"""Who comes first and why: room, who knows the client, what the client asked for; and fairness over many cases."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.utils import translation

from accounts.enums import Role, TeamKind
from accounts.models import Membership, Team, User
from cases import links
from cases.enums import AccessReason, CaseState
from cases.models import Case, CaseAccess, ContactPreference
from cases.permissions import grant
from referrals import actions, languages
from referrals.enums import MatchStep, ReturnReason
from referrals.matching import Room, candidates
from referrals.matching.client import NOBODY, Client
from referrals.matching.people import Member, Someone
from referrals.matching.places import Place
from referrals.matching.ranking import Ranked, ranked
from referrals.models import Capacity, Coverage, Helper
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral, to_worker

AT = dt.datetime(2026, 3, 9, 9, tzinfo=dt.UTC)
REGIONAL = (TeamKind.REGIONAL,)


def serve(cast: Cast, **what: object) -> Coverage:
    return Coverage.objects.create(starts_on=cast.at.date() - dt.timedelta(days=9), **what)


def room(cast: Cast, **what: object) -> Capacity:
    return Capacity.objects.create(starts_on=cast.at.date() - dt.timedelta(days=9), **what)


def two(cast: Cast) -> Case:
    """A case of a unit that Bram and Ilse serve."""
    for name in ("bram", "ilse"):
        serve(cast, user=cast.users[name], unit=cast.units["90bat-a"])
    return make_case(cast)


def names(case: Case, cast: Cast, by: str = "samira") -> list[str]:
    return [one.user.first_name if one.user else one.team.code for one in candidates(case, cast.at, by=cast.actor(by))]


def hint(case: Case, cast: Cast, name: str, by: str = "samira") -> list[str]:
    with translation.override("en"):
        return next(
            one.reasons
            for one in candidates(case, cast.at, by=cast.actor(by))
            if one.user and one.user.first_name == name
        )


def member(cast: Cast, name: str, team: str) -> User:
    user = User.objects.create_user(f"{name.lower()}@nabij.example", name=f"{name} de Vries")
    Membership.objects.create(user=user, team=cast.teams[team], role=Role.REGIONAL_WORKER, starts_on=cast.at.date())
    return user


def wishes(case: Case, **answers: str) -> None:
    row = ContactPreference.objects.select_related("person__data_key").get(person=case.person)
    for name, value in answers.items():
        setattr(row, name, value)
    row.save()
    case.refresh_from_db()


def test_who_is_full_comes_after_all_with_room_and_is_never_hidden(cast: Cast) -> None:
    case = two(cast)
    room(cast, user=cast.bram, most_open=0)
    serve(cast, user=cast.karin, region=cast.units["90bat"].region)
    assert names(case, cast) == ["Ilse", "regional-west", "Karin", "Bram"]
    assert hint(case, cast, "Bram") == [
        "Has no room now",
        "Serves this unit: A-compagnie, 90 Fictief Bataljon",
        "0 open cases, no room set",
    ]


def test_a_week_has_room_for_so_many_new_cases(cast: Cast) -> None:
    case = two(cast)
    room(cast, user=cast.bram, most_new=1)
    sent = make_referral(cast, to=to_worker(cast, "bram"))
    assert names(case, cast)[0] == "Ilse"
    actions.accept(sent, read=True, by=cast.actor("bram"), at=cast.at)
    assert hint(case, cast, "Bram")[:1] == ["Has no room now"]
    assert "1 of at most 1 new this week" in hint(case, cast, "Bram")[-1]
    later = cast.at + dt.timedelta(days=7)
    bram = next(one for one in candidates(case, later) if one.user == cast.bram)
    assert (bram.full, bram.room.new) == (False, 0)


def test_half_a_week_is_full_sooner(cast: Cast) -> None:
    case = two(cast)
    room(cast, user=cast.bram, most_open=10)
    make_case(cast, owner="bram", state=CaseState.ACCEPTED)
    for _number in range(2):
        make_case(cast, owner="ilse", state=CaseState.ACCEPTED)
    assert names(case, cast)[:2] == ["Bram", "Ilse"]
    make_case(cast, owner="bram", state=CaseState.ACCEPTED)
    assert names(case, cast)[:2] == ["Ilse", "Bram"]


def test_a_team_is_full_when_all_in_it_are_or_when_it_says_so(cast: Cast) -> None:
    [west] = candidates(make_case(cast), cast.at)
    assert west.full is False
    for name in ("bram", "ilse"):
        room(cast, user=cast.users[name], most_open=0)
    [west] = candidates(make_case(cast), cast.at)
    assert west.full is True
    Capacity.objects.all().delete()
    room(cast, team=cast.teams["regional-west"], most_open=0)
    [west] = candidates(make_case(cast), cast.at)
    assert west.full is True


def test_what_waits_for_an_answer_counts_as_work(cast: Cast) -> None:
    case = two(cast)
    assert names(case, cast)[0] == "Bram"
    make_referral(cast, to=to_worker(cast, "bram"))
    assert names(case, cast)[0] == "Ilse"
    assert hint(case, cast, "Bram")[-1] == "0 open cases, 1 waits for an answer"


def test_who_said_to_have_no_room_comes_last_for_this_case_only(cast: Cast) -> None:
    for name in ("bram", "ilse"):
        serve(cast, user=cast.users[name], unit=cast.units["90bat-a"])
    referral = make_referral(cast, to=to_worker(cast, "bram"))
    actions.return_to_desk(referral, reason=ReturnReason.NO_CAPACITY, note="", by=cast.actor("bram"), at=cast.at)
    assert names(referral.case, cast) == ["Ilse", "regional-west", "Bram"]
    assert hint(referral.case, cast, "Bram")[0] == "Said on 10 March: no room"
    assert names(make_case(cast), cast)[0] == "Bram"


def test_a_language_is_found_in_the_clients_own_words() -> None:
    assert languages.wanted("Spaans, of een beetje Engels", "nl") == {"es", "en"}
    assert languages.wanted("Liefst Papiamentu", "nl") == {"pap"}
    assert languages.wanted("Nederlands en Engels", "en") == frozenset()
    assert languages.wanted("", "en") == {"en"}
    assert languages.wanted("Klingon", "nl") == frozenset()


def test_who_speaks_the_language_comes_first_and_a_team_is_offered_person_by_person(cast: Cast) -> None:
    case = make_case(cast)
    wishes(case, spoken_language="Spaans")
    assert names(case, cast) == ["regional-west"]
    Helper.objects.create(user=cast.ilse, languages=["es", "de"])
    Helper.objects.create(user=cast.bram, languages=["en"])
    assert names(case, cast) == ["Ilse", "Bram"]
    assert hint(case, cast, "Ilse")[0] == "Speaks Spanish"
    assert hint(case, cast, "Bram")[0] == "Does not say to speak Spanish"


def test_who_says_nothing_of_languages_is_not_put_behind(cast: Cast) -> None:
    case = two(cast)
    wishes(case, spoken_language="English")
    Helper.objects.create(user=cast.ilse, languages=["en"])
    assert names(case, cast) == ["Bram", "Ilse"]


def test_a_woman_is_suggested_to_who_asked_for_one_and_it_is_said_to_nobody_else(cast: Cast) -> None:
    case = two(cast)
    Helper.objects.create(user=cast.ilse, gender="woman")
    assert names(case, cast)[0] == "Bram"
    assert hint(case, cast, "Ilse") == ["Serves this unit: A-compagnie, 90 Fictief Bataljon", "0 open cases"]
    wishes(case, talks_with="woman")
    assert names(case, cast) == ["Ilse", "Bram"]
    assert hint(case, cast, "Ilse")[0] == "Is a woman, as the client asked"
    assert hint(case, cast, "Bram")[0] == "The client would rather talk with a woman"


def test_a_row_for_some_topics_counts_for_these_only_and_then_first(cast: Cast) -> None:
    serve(cast, user=cast.bram, unit=cast.units["90bat-a"])
    serve(cast, user=cast.ilse, unit=cast.units["90bat-a"], topics=["private.money"])
    assert names(make_case(cast, topics=("work.conflict",)), cast) == ["Bram", "regional-west"]
    case = make_case(cast, topics=("work.conflict", "private.money"))
    assert names(case, cast) == ["Ilse", "Bram", "regional-west"]
    assert "Is there for this topic or language" in hint(case, cast, "Ilse")


def test_somebody_can_serve_the_whole_country_for_one_language(cast: Cast) -> None:
    serve(cast, user=cast.karin, everywhere=True, languages=["pap"])
    case = make_case(cast)
    assert names(case, cast) == ["regional-west"]
    wishes(case, spoken_language="Papiamento")
    found = candidates(case, cast.at)
    assert [(one.step, one.who) for one in found][1:] == [(MatchStep.POOL, "Karin Postma (Regioteam Noord)")]


def other_case(cast: Cast, case: Case, name: str, state: CaseState = CaseState.ACTIVE) -> Case:
    """Another one of the same client, which this worker has; the desk sees the status of it."""
    other = make_case(cast, owner=name, state=state)
    Case.objects.filter(pk=other.pk).update(person=case.person)
    return other


def test_the_contact_person_of_another_case_comes_first_for_who_may_know_it(cast: Cast) -> None:
    case = two(cast)
    other = other_case(cast, case, "karin")
    assert Case.objects.visible_to(cast.actor("samira"), cast.at).filter(pk=other.pk).exists()
    assert names(case, cast)[0] == "Karin"
    assert hint(case, cast, "Karin")[:2] == ["Is the client's contact person already", "Does not serve this unit"]
    CaseAccess.objects.filter(case=other).delete()
    assert "Karin" not in names(case, cast)
    assert [one.helped for one in candidates(case, cast.at)] == ["", "", ""]


def test_a_linked_request_of_the_same_client_counts_as_well(cast: Cast) -> None:
    case, other = two(cast), make_case(cast, owner="karin", state=CaseState.ACTIVE)
    assert "Karin" not in names(case, cast)
    links.link(case, other, reason="Belde zelf.", by=cast.actor("samira"), at=cast.at)
    assert names(case, cast)[0] == "Karin"


def test_whoever_is_kept_out_is_not_suggested_because_they_helped_before(cast: Cast) -> None:
    case = two(cast)
    other_case(cast, case, "karin")
    grant(case, reason=AccessReason.BLOCKED, user_id=cast.karin.pk, at=cast.at)
    assert "Karin" not in names(case, cast)


def test_who_had_this_case_before_it_was_closed_comes_first_when_it_is_open_again(cast: Cast) -> None:
    for name in ("bram", "ilse"):
        serve(cast, user=cast.users[name], unit=cast.units["90bat-a"])
    sent = make_referral(cast, to=to_worker(cast, "ilse"))
    actions.accept(sent, read=True, by=cast.actor("ilse"), at=cast.at)
    assert names(make_case(cast), cast)[0] == "Bram"
    Case.objects.filter(pk=sent.case_id).update(reopened_at=cast.at + dt.timedelta(hours=1), state="in_triage")
    case = Case.objects.get(pk=sent.case_id)
    assert names(case, cast)[0] == "Ilse"
    assert hint(case, cast, "Ilse")[0] == "Helped this client before"


def test_the_same_question_gets_the_same_answer(cast: Cast) -> None:
    case = two(cast)
    assert [one.key for one in candidates(case, cast.at)] == [one.key for one in candidates(case, cast.at)]


# Fairness: a simulation on the pure part, with people who are equal, or differ only in how much fits.


def staff(count: int, **of_room: int) -> list[Member]:
    team = Team(pk=1, name_nl="Team", kind=TeamKind.REGIONAL)
    people = [User(pk=number, name=f"Worker {number:02}") for number in range(1, count + 1)]
    return [Member(team, Someone(user, Room(**of_room))) for user in people]


def give(people: list[Member], cases: int, after: Callable[[Room, int], Room]) -> Counter[int]:
    """Each case to the first; ``after`` says how their room is then."""
    rows = {one.someone.user.pk: one for one in people}
    found = [(Place(MatchStep.UNIT, "A"), Coverage(user_id=pk, unit_id=1)) for pk in rows]
    given: Counter[int] = Counter()
    for number in range(cases):
        first = ranked(Ranked(REGIONAL, found), list(rows.values()), NOBODY)[0]
        assert first.user is not None
        pk, one = first.user.pk, rows[first.user.pk]
        given[pk] += 1
        changed = replace(one.someone, room=after(one.someone.room, number))
        rows[pk] = replace(one, someone=changed)
    return given


@pytest.mark.parametrize(
    "after",
    [
        lambda was, n: replace(was, load=was.load + 1),
        lambda was, n: replace(was, waiting=was.waiting + 1),
        lambda was, n: replace(was, new=was.new + 1),
        lambda was, n: replace(was, last_at=AT + dt.timedelta(minutes=n)),
    ],
    ids=["kept", "not answered", "closed the same week", "closed before the next"],
)
def test_a_thousand_equal_cases_are_spread_within_three_percent(after: Callable[[Room, int], Room]) -> None:
    given = give(staff(8), 1000, after)
    assert len(given) == 8
    assert max(given.values()) - min(given.values()) <= 0.03 * 1000 / 8


def test_who_works_half_the_week_gets_half_of_it() -> None:
    full, half = staff(2, most_open=600)
    half = replace(half, someone=replace(half.someone, room=Room(most_open=300)))
    given = give([full, half], 600, lambda was, n: replace(was, load=was.load + 1))
    assert given == {1: 400, 2: 200}


def test_the_client_who_is_nobody_has_no_wishes() -> None:
    assert Client() == NOBODY
    assert NOBODY.knows(1) == ""
