"""Who is called about an urgency, by which way, and after how long: data, in versions, edited by the coordinator.

Without a version of one's own the usual ladder counts: first in line, next in line, whoever is further in line, the
coordinator, each after the alert term of cases/deadlines.py. The portal is always one of the ways.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.actors import Actor
from accounts.enums import Channel, Role, TeamKind
from accounts.models import Membership, Team
from cases.deadlines import alert_every, terms
from cases.models import PagingPolicy
from desk import ladder
from desk.ladder import COORDINATOR, EVERYONE, TEAM, Rung

MOST_CALLS = 6
ALWAYS_THERE = (COORDINATOR, EVERYONE)
LAST_RESORT = EVERYONE
WAYS = (Channel.EMAIL, Channel.SMS, Channel.PUSH)
"""By which somebody can be called beside the portal."""


@dataclass(frozen=True)
class Call:
    """One step: the code of who is called, how long after the alert was raised, and by which ways."""

    who: str
    after: dt.timedelta
    channels: tuple[str, ...]

    @property
    def minutes(self) -> int:
        return int(self.after.total_seconds()) // 60


@dataclass(frozen=True)
class Policy:
    """Calls in their order, the first at once; the last one is repeated. ``number`` 0 is the usual ladder."""

    calls: tuple[Call, ...]
    repeat: dt.timedelta
    number: int = 0

    @property
    def repeat_minutes(self) -> int:
        return int(self.repeat.total_seconds()) // 60

    def level_at(self, raised_at: dt.datetime, at: dt.datetime) -> int:
        """How many calls are due beside the first. Elapsed time counts, so a clock change does not."""
        passed = at.astimezone(dt.UTC) - raised_at.astimezone(dt.UTC)
        last = self.calls[-1].after
        if passed < last:
            return max(0, sum(call.after <= passed for call in self.calls) - 1)
        return len(self.calls) - 1 + ladder.level_at(raised_at.astimezone(dt.UTC) + last, self.repeat, at)

    def next_at(self, raised_at: dt.datetime, at: dt.datetime) -> dt.datetime:
        """When the next call is due."""
        begun = raised_at.astimezone(dt.UTC)
        later = [begun + call.after for call in self.calls if begun + call.after > at]
        return min(later) if later else ladder.next_step_at(begun + self.calls[-1].after, self.repeat, at)

    def channels_of(self, rung: str) -> tuple[str, ...]:
        """By which ways this rung is called; one that stands in for an empty end goes the ways of the end."""
        ways = {call.who: call.channels for call in self.calls}
        return (Channel.INBOX, *ways.get(rung, self.calls[-1].channels))

    def rungs(
        self, line: Sequence[tuple[int, int]], coordinators: Iterable[int], colleagues: Iterable[int],
        teams: Mapping[str, Iterable[int]],
    ) -> list[Rung]:  # fmt: skip
        """The rungs of this moment. ``line`` holds (position, user id); ``teams`` the members by code. Whatever was
        chosen, everyone at the desk is behind an end that is empty."""
        bosses, all_of_us = tuple(coordinators), tuple(colleagues)
        if not self.number:
            return ladder.build(line, bosses, all_of_us)
        found: dict[str, tuple[int, ...]] = {COORDINATOR: bosses, EVERYONE: all_of_us}
        for position, user_id in line:
            found[f"duty_{position}"] = (*found.get(f"duty_{position}", ()), user_id)
        found |= {f"{TEAM}{code}": tuple(members) for code, members in teams.items()}
        rungs = [Rung(call.who, found.get(call.who, ())) for call in self.calls]
        return rungs if rungs[-1].people else [*rungs, Rung(LAST_RESORT, all_of_us)]


def ways_that_work() -> tuple[str, ...]:
    """The ways that this site is set up for."""
    there = {Channel.EMAIL: True, Channel.SMS: settings.SMS is not None, Channel.PUSH: bool(settings.VAPID_KEY)}
    return tuple(way for way in WAYS if there[way])


def usual(urgency: str) -> Policy | None:
    """The ladder without a version of one's own; None when this urgency alerts nobody."""
    every = alert_every(urgency)
    if every is None:
        return None
    names = ("duty_1", "duty_2", COORDINATOR)
    return Policy(tuple(Call(name, every * n, ways_that_work()) for n, name in enumerate(names)), every)


def policy_of(urgency: str, number: int | None = None) -> Policy | None:
    """What counts now, or the version with this number; None when this urgency alerts nobody. One query, or none."""
    own = usual(urgency)
    if own is None or number == 0:
        return own
    rows = PagingPolicy.objects.filter(urgency=urgency)
    row = (rows.filter(number=number) if number else rows).order_by("-number").first()
    return read(row) if row else own


def read(row: PagingPolicy) -> Policy:
    """A version as it was kept."""
    calls = (Call(call["who"], dt.timedelta(minutes=call["minutes"]), tuple(call["channels"])) for call in row.calls)
    return Policy(tuple(calls), dt.timedelta(minutes=row.repeat_minutes), row.number)


def versions(urgency: str) -> list[PagingPolicy]:
    """All of them, newest first, with who made them."""
    return list(PagingPolicy.objects.filter(urgency=urgency).select_related("made_by").order_by("-number"))


def promised_minutes(urgency: str) -> int:
    """By when somebody must have spoken; an alert that climbs longer than that breaks the promise by itself."""
    return terms(urgency).contact_minutes or 24 * 60


def in_words(minutes: int) -> str:
    """30 minutes; 4 hours."""
    if minutes % 60 or minutes < 120:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    return ngettext("%(n)s hour", "%(n)s hours", minutes // 60) % {"n": minutes // 60}


@dataclass(frozen=True)
class Mistake:
    """What may not be: the place of the call, which part of it, and the sentence."""

    place: int
    part: str
    text: str


def wrong(policy: Policy, urgency: str, there: Mapping[str, int]) -> list[Mistake]:
    """Everything that may not be; empty when it is right. ``there`` counts the people behind an end."""
    if not policy.calls:
        return [Mistake(0, "who", _("Choose at least one step."))]
    found, before, seen = [], dt.timedelta(minutes=-1), set()
    for place, call in enumerate(policy.calls):
        if call.who in seen:
            found.append(Mistake(place, "who", _("This step stands there twice.")))
        if sentence := _wrong_time(place, call, before, urgency):
            found.append(Mistake(place, "minutes", sentence))
        if not call.channels:
            found.append(Mistake(place, "ways", _("Choose at least one way to call.")))
        before = call.after
        seen.add(call.who)
    last = len(policy.calls) - 1
    if policy.calls[last].who not in ALWAYS_THERE:
        found.append(Mistake(last, "who", _("The last step must be the coordinator or everyone at the desk.")))
    elif not there.get(policy.calls[last].who):
        found.append(Mistake(last, "who", _("There is nobody in this step at all.")))
    return found


def _wrong_time(place: int, call: Call, before: dt.timedelta, urgency: str) -> str:
    if place == 0:
        return _("The first step is called at once: 0 minutes.") if call.after else ""
    if call.after <= before:
        return _("This must be later than the step before it.")
    promised = promised_minutes(urgency)
    if call.minutes < promised:
        return ""
    return _("This must be within the %(term)s that we promise.") % {"term": in_words(promised)}


def people_behind(at: dt.datetime) -> dict[str, int]:
    """How many people there are for each end of a policy. One query."""
    members = Membership.objects.live_on(timezone.localdate(at)).of_desk()
    roles = {COORDINATOR: Role.COORDINATOR, EVERYONE: Role.DESK_WORKER}
    held = list(members.values_list("role", flat=True))
    return {who: held.count(role) for who, role in roles.items()}


def teams() -> list[tuple[str, str]]:
    """Code and name of the teams that can be called as a whole: those of the desk, who see every request."""
    return [(team.code, str(team)) for team in Team.objects.filter(kind=TeamKind.DESK).order_by("code")]


class Outdated(Exception):
    """A colleague made another version in the meantime."""


@transaction.atomic
def save(policy: Policy, urgency: str, *, after: int, by: Actor, at: dt.datetime) -> PagingPolicy:
    """The next version, which counts for alerts raised from now on. ``after`` is the version that was changed."""
    latest = PagingPolicy.objects.filter(urgency=urgency).order_by("-number").values_list("number", flat=True).first()
    if (latest or 0) != after:
        raise Outdated
    calls = [{"who": call.who, "minutes": call.minutes, "channels": list(call.channels)} for call in policy.calls]
    row = PagingPolicy(
        urgency=urgency, number=after + 1, calls=calls, repeat_minutes=policy.repeat_minutes, made_at=at,
        made_by=by.user,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Outdated from None
    audit.record("paging.changed", by=by, at=at, obj=row, part=urgency)
    return row
