"""Made-up cases in any number, spread over units, states and years as a real desk would see them."""

import datetime as dt
import os
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from django.db import connection, connections

from accounts.duty import load_calendar
from accounts.models import Unit, User
from bench import organisation, people
from bench.course import Course
from bench.life import World
from bench.loading import load
from bench.organisation import Organisation
from bench.people import Rows
from cases.models import Case, Person
from cases.topics import load_topics

SHARES = {
    "submitted": 0.004, "in_triage": 0.005, "waiting_client": 0.002, "referred": 0.004,
    "accepted": 0.012, "active": 0.028, "closed_by_worker": 0.52, "closed_at_desk": 0.425,
}  # fmt: skip
AT_LEAST = {"submitted": 40, "in_triage": 40, "waiting_client": 10, "referred": 32}
"""So that lists have a full page at 1,000 cases too, and like is compared with like; at most one in twenty-five."""

DAYS_AGO = {
    # when it was sent: at the least and at the most so many days ago
    "submitted": (0.01, 1.5), "in_triage": (0.05, 3), "waiting_client": (1, 5), "referred": (0.2, 3),
    "accepted": (2, 12), "active": (20, 110), "closed_by_worker": (110, 1460), "closed_at_desk": (8, 1460),
}  # fmt: skip
TOPIC_WEIGHTS = {
    "work.stress_burnout": 18, "work.conflict": 14, "private.relationship": 12, "private.money": 10,
    "info.question": 10,
    "private.care_health": 7, "work.pressure": 6, "private.family_children": 6, "mission.return": 4, "work.change": 4,
    "mental.low_mood": 3, "private.bereavement": 3, "work.incident": 2, "private.safety_home": 1, "mental.meaning": 1,
}  # fmt: skip
BATCH = 500
COMES_BACK = 0.08  # of the cases, by someone who asked before
NO_UNIT = 0.1

Progress = Callable[[int], None]


def fates_of(count: int, rng: random.Random) -> list[str]:
    """Exactly ``count`` fates in any order."""
    wanted = {
        fate: max(round(share * count), min(AT_LEAST.get(fate, 0), count // 25)) for fate, share in SHARES.items()
    }
    wanted["closed_at_desk"] += count - sum(wanted.values())
    fates = [fate for fate, number in wanted.items() for _ in range(number)]
    rng.shuffle(fates)
    return fates


def generate(
    count: int, *, at: dt.datetime, seed: int = 1, jobs: int = 1, progress: Progress = lambda done: None
) -> None:
    """Write ``count`` cases, and the organisation around them. With more ``jobs`` in as many processes.

    The spread depends on ``seed`` alone; keys and ids are random. Cases come on top of those that are there.
    """
    organisation.build(at)
    start = Case.objects.count()
    rng = random.Random(f"{seed} {start}")
    fates = fates_of(count, rng)
    left = {fate: iter(range(number)) for fate, number in organisation.AT_HOME.items()}
    plans = [(fate, next(left.get(fate, iter(())), None) is not None) for fate in fates]
    batches = [(start + first, plans[first : first + BATCH]) for first in range(0, count, BATCH)]
    work = [(number, batch, at, seed) for number, batch in batches]
    done = 0
    for written in _in_processes(work, jobs) if jobs > 1 else map(write_batch, work):
        done += written
        progress(done)


Work = tuple[int, list[tuple[str, bool]], dt.datetime, int]


def _in_processes(work: list[Work], jobs: int) -> Iterator[int]:
    """Forked, so that each has Django ready; every one opens its own connection."""
    connections.close_all()
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        yield from pool.map(write_batch, work)


def write_batch(work: Work) -> int:
    """The cases of one batch, in one transaction; returns how many."""
    start, plans, at, seed = work
    rng = random.Random(f"{seed} {start} {os.sep}")
    world = _world(at)
    rows: Rows = defaultdict(list)
    accounts = iter(_account_ids(sum(rng.random() < people.WITH_ACCOUNT for _ in plans)))
    for offset, (fate, at_home) in enumerate(plans):
        _case(world, rows, rng, start + offset, fate, at_home, accounts)
    load(rows)
    return len(plans)


_known: dict[dt.datetime, World] = {}


def _world(at: dt.datetime) -> World:
    """Read once per process and moment."""
    if at not in _known:
        _known.clear()
        _known[at] = World(at, organisation.build(at), load_calendar(), load_topics())
    return _known[at]


def _account_ids(count: int) -> list[int]:
    """Numbers set aside for accounts, so that rows can name them before they exist."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [User._meta.db_table, count]
        )
        return [number for (number,) in cursor.fetchall()]


def _case(
    world: World, rows: Rows, rng: random.Random, number: int, fate: str, at_home: bool, accounts: Iterator[int]
) -> None:
    sent_at = world.at - dt.timedelta(days=rng.uniform(*DAYS_AGO[fate]))
    if rows[Person] and rng.random() < COMES_BACK:
        person = rng.choice(rows[Person])
    else:
        user_id = next(accounts, None) if rng.random() < people.WITH_ACCOUNT else None
        person = people.person(rows, rng, number=number, user_id=user_id, at=sent_at)
    unit, place = _unit(world.organisation, rng, at_home)
    topics = rng.choices(list(TOPIC_WEIGHTS), list(TOPIC_WEIGHTS.values()), k=rng.choices([1, 2, 3], [60, 30, 10])[0])
    course = Course(world, rows, rng, number, at_home=at_home)
    course.receive(person, sent_at, list(dict.fromkeys(topics)), unit, place)
    course.run(fate)


def _unit(made: Organisation, rng: random.Random, at_home: bool) -> tuple[Unit | None, int]:
    """A unit and its region's place; some do not know their unit and are helped from any region."""
    if at_home:
        return rng.choice([pair for pair in made.units if pair[1] == 0])
    if rng.random() < NO_UNIT:
        return None, rng.randrange(len(made.regional))
    return rng.choice(made.units)
