"""From what was read to candidates in their order. Pure: the same people, the same order (ADR 26)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import TeamKind
from cases.enums.whom import Gender
from referrals.enums import MatchStep
from referrals.languages import Speaks
from referrals.matching.candidate import Candidate, LeftOut, Room
from referrals.matching.client import NOBODY, Client
from referrals.matching.people import Member, Someone
from referrals.matching.places import Place, fits
from referrals.models import Coverage

NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)

Teams = Mapping[int, Mapping[int, Member]]


@dataclass(frozen=True)
class Ranked:
    """What goes into the order beside the client: the kinds of team, and how each match was found."""

    kinds: Sequence[str]
    found: Sequence[tuple[Place, Coverage]]


def ranked(asked: Ranked, people: Iterable[Member], client: Client) -> list[Candidate]:
    """Who has room first; then who knows the client, what the client asked for, nearness, the person before the team,
    who is there, the least busy, and who accepted longest ago."""
    teams: dict[int, dict[int, Member]] = defaultdict(dict)
    for member in people:
        if member.someone.user.pk not in client.not_users and member.team.pk not in client.not_teams:
            teams[member.team.pk][member.someone.user.pk] = member
    nearest: dict[str, tuple[tuple[Any, ...], Candidate]] = {}
    for place, team_id, user_id in _matches(asked, teams, client):
        for one in _as_candidates(place, list(teams[team_id].values()), user_id, client):
            if one.user is not None and one.user.pk in client.not_users:
                continue
            rank = _rank(one, place, asked.kinds)
            if one.key not in nearest or rank < nearest[one.key][0]:
                nearest[one.key] = rank, one
    return [one for _rank_of, one in sorted(nearest.values(), key=lambda pair: (*pair[0], pair[1].key))]


def left_out(
    people: Iterable[Member], found: Iterable[tuple[Place, Coverage]], client: Client, looks: int | None
) -> list[LeftOut]:
    """Who is here and does not come again for this client, or serves the unit only for something else; by name."""
    lines: dict[tuple[str, int], LeftOut] = {}
    there = list(people)
    for one in there:
        user = one.someone.user
        if user.pk != looks and (why := client.why_not(user.pk, one.team.pk)):
            lines.setdefault(("user", user.pk), LeftOut(f"{user} ({one.team})", why))
    rows = [(row, fits(row, client.topics, client.languages)) for _place, row in found]
    fit = {(row.team_id, row.user_id) for row, fitting in rows if fitting}
    other = {(row.team_id, row.user_id) for row, fitting in rows if not fitting} - fit
    for one in there:
        user, team = one.someone.user, one.team
        for who, key in ((str(team), (team.pk, None)), (f"{user} ({team})", (None, user.pk))):
            if key in other and (team.pk, None) not in fit:
                why = _("is there for other topics or languages only")
                lines.setdefault(("user", key[1]) if key[1] else ("team", team.pk), LeftOut(who, why))
    return sorted(lines.values(), key=lambda line: line.who)


def as_they_are(place: Place, people: Sequence[Member], user_id: int | None) -> Candidate:
    """One worker of these, or these together, for whom it is not about a case."""
    found = list(_as_candidates(place, people, user_id, NOBODY))
    return found[-1]  # whoever stands in comes before


def close_last(found: Iterable[Candidate]) -> list[Candidate]:
    """Only who serves the whole country has nothing to do with the unit."""
    marked = (replace(one, close=one.step != MatchStep.POOL) for one in found)
    return sorted(marked, key=lambda one: one.close)


def _rank(one: Candidate, place: Place, kinds: Sequence[str]) -> tuple[Any, ...]:
    is_away = one.away_until is not None
    return (
        one.full, is_away or not one.helped, len(one.misses), kinds.index(one.team.kind), *place.order,
        one.user is None, is_away, one.room.share, one.room.new, one.room.last_at or NEVER, one.who,
    )  # fmt: skip


def _matches(asked: Ranked, teams: Teams, client: Client) -> Iterator[tuple[Place, int, int | None]]:
    """Which team, or which worker in it, each match means; then who knows the client, and the teams for everyone."""
    for place, row in asked.found:
        if not fits(row, client.topics, client.languages):
            continue
        for team_id, of_team in teams.items():
            if team_id == row.team_id:
                yield place, team_id, None
            elif row.user_id in of_team:
                yield place, team_id, row.user_id
    for team_id, of_team in teams.items():
        yield from ((Place(MatchStep.CHOSEN, ""), team_id, user) for user in client.helped if user in of_team)
        team = next(iter(of_team.values())).team
        if team.is_national_pool or team.kind == asked.kinds[-1] != TeamKind.REGIONAL:
            yield Place(MatchStep.POOL, str(team)), team_id, None


def _as_candidates(place: Place, people: Sequence[Member], user_id: int | None, client: Client) -> Iterator[Candidate]:
    """One for a worker; for a team one, or one for each of its workers where it matters who it is."""
    team = people[0].team
    if user_id or team.pk in client.one_by_one or _it_matters(people, client):
        for one in people:
            if user_id in (None, one.someone.user.pk):
                yield from _with_deputy(place, one, client)
        return
    rooms = [one.someone.room for one in people]
    most_open, most_new = people[0].team_most
    if most_open is None and all(room.most_open is not None for room in rooms):
        most_open = sum(room.most_open or 0 for room in rooms)
    last = max((room.last_at or NEVER for room in rooms), default=NEVER)
    room = Room(
        sum(room.load for room in rooms), sum(room.waiting for room in rooms), sum(room.new for room in rooms),
        most_open, most_new, last,
    )  # fmt: skip
    said = client.no_room.get(("team", team.pk))
    full = said is not None or room.is_full or all(room.is_full for room in rooms)
    yield Candidate(
        place.step, place.name, team, None, room, len(people), full=full, only=place.only, no_room_on=said
    )  # fmt: skip


def _it_matters(people: Sequence[Member], client: Client) -> bool:
    """Whether the client asked for something that one of the team has and another has not."""
    if client.gender:
        return True
    return bool(client.languages) and any(one.someone.languages for one in people)


def _with_deputy(place: Place, one: Member, client: Client) -> Iterator[Candidate]:
    """A worker; when they are away, who stands in for them as well, by name."""
    deputy = one.deputy if one.deputy and one.deputy.user.pk not in client.not_users else None
    if deputy is not None:
        yield as_candidate(place, one, deputy, client, stands_in_for=one.someone.user.name)
    name = deputy.user.name if deputy else ""
    yield as_candidate(place, one, one.someone, client, away_until=one.away_until, deputy=name)


def as_candidate(place: Place, one: Member, who: Someone, client: Client, **more: Any) -> Candidate:
    """Somebody as they answer in this team: the member, or who stands in for them."""
    meets, misses = _wishes(who, client)
    said = client.no_room.get(("user", who.user.pk)) or client.no_room.get(("team", one.team.pk))
    return Candidate(
        place.step, place.name, one.team, who.user, who.room, full=who.room.is_full or said is not None,
        only=place.only, helped=client.knows(who.user.pk), meets=meets, misses=misses, no_room_on=said,
        held_by=who.held_by, held_until=who.held_until, **more,
    )  # fmt: skip


def _wishes(who: Someone, client: Client) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the client asked for and this worker has, and what they have not. Who says nothing of languages may well
    speak it; who says nothing of themselves is no woman or man whom somebody asked for."""
    meets, misses = [], []
    if client.languages and who.languages:
        spoken = sorted(str(Speaks(code).label) for code in client.languages & who.languages)
        if spoken:
            meets.append(_("Speaks %(languages)s") % {"languages": ", ".join(spoken)})
        else:
            wanted = ", ".join(sorted(str(Speaks(code).label) for code in client.languages))
            misses.append(_("Does not say to speak %(languages)s") % {"languages": wanted})
    if client.gender and who.gender == client.gender:
        is_woman = client.gender == Gender.WOMAN
        meets.append(_("Is a woman, as the client asked") if is_woman else _("Is a man, as the client asked"))
    elif client.gender:
        misses.append(
            _("The client would rather talk with a woman")
            if client.gender == Gender.WOMAN
            else _("The client would rather talk with a man")
        )
    return tuple(meets), tuple(misses)
