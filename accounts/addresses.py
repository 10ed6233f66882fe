"""Addresses of the rows of long lists, worked out once a kind of page: Django takes longer over one than the row."""

from functools import cache
from uuid import UUID

from django.urls import reverse

SAMPLES: dict[str, str | UUID] = {"str": "a-sample", "UUID": UUID(int=0)}


def address(name: str, key: str | UUID) -> str:
    """What ``reverse(name, args=[key])`` says, for a page with one part that differs.

    A text must need no quoting in an address, as a reference does not.
    """
    before, after = _around(name, type(key).__name__)
    return f"{before}{key}{after}"


@cache
def _around(name: str, kind: str) -> tuple[str, str]:
    sample = SAMPLES[kind]
    before, _sample, after = reverse(name, args=[sample]).partition(str(sample))
    return before, after
