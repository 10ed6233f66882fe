"""The people of the made-up cases: who they are, how they may be reached, and their sealed keys."""

import datetime as dt
import os
import random
from collections import defaultdict
from typing import Any

from django.db.models import Model

from accounts import vault
from accounts.models import DataKey, User
from bench.words import FIRST_NAMES, SURNAMES
from cases.models import ContactPreference, Person
from cases.search import indexes_of

Rows = defaultdict[type[Model], list[Any]]
"""Unsaved rows by model, which go to the database by COPY: instances, or dictionaries where nothing is sealed."""

WITH_ACCOUNT = 0.12
CAREFUL = 0.25  # people with whom nothing at all is safe


def data_key(rows: Rows) -> DataKey:
    """A fresh key, as DataKey.objects.make() makes it, without saving it."""
    key = DataKey()
    key.wrapped_by, key.wrapped = vault.wrap(os.urandom(32), str(key.pk))
    rows[DataKey].append(key)
    return key


def person(rows: Rows, rng: random.Random, *, number: int, user_id: int | None, at: dt.datetime) -> Person:
    """Someone with contact wishes; with an account when ``user_id`` is one that was set aside for it."""
    first, last = rng.choice(FIRST_NAMES), rng.choice(SURNAMES)
    answers = {
        "name": f"{first} {last}",
        "phone": f"06 00 0{number // 10000 % 10} {number // 100 % 100:02d} {number % 100:02d}",
        "email": f"{first}.{last}{number}@thuis.example".lower() if rng.random() < 0.8 else "",
        "personnel_number": f"{number:09d}" if rng.random() < 0.4 else "",
    }
    found = Person(data_key=data_key(rows), user_id=user_id, language="en" if rng.random() < 0.1 else "nl")
    for name, value in (answers | indexes_of(**answers)).items():
        setattr(found, name, value)
    rows[Person].append(found)
    if user_id is not None:
        rows[User].append(User(pk=user_id, email=f"client{number}@bench.example", password="!", date_joined=at))  # noqa: S106
    rows[ContactPreference].append(_wishes(found, rng, at))
    return found


def _wishes(of: Person, rng: random.Random, at: dt.datetime) -> ContactPreference:
    open_hearted = rng.random() > CAREFUL
    wishes = ContactPreference(
        person=of, changed_at=at, channels=rng.sample(["phone", "email", "portal", "text"], rng.randint(1, 3)),
        may_leave_voicemail=open_hearted and rng.random() < 0.5, may_identify=open_hearted and rng.random() < 0.5,
        safe_to_text=open_hearted and rng.random() < 0.5, safe_to_email=open_hearted,
    )  # fmt: skip
    if rng.random() < 0.4:
        wishes.window_from, wishes.window_until = dt.time(rng.randint(9, 16)), dt.time(rng.randint(17, 20))
    if rng.random() < 0.1:
        wishes.contact_person = f"Mijn zus, 06 00 00 00 {rng.randint(10, 99)}"
    return wishes
