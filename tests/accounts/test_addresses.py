"""Addresses of rows are those of Django."""

import uuid

from django.urls import reverse

from accounts.addresses import address


def test_addresses_are_those_of_django() -> None:
    for pk in (uuid.uuid4(), uuid.uuid4()):
        assert address("referral_return", pk) == reverse("referral_return", args=[pk])
    for reference in ("NB-7K4Q-2M9T", "NB-4MPK-BUE2"):
        assert address("triage", reference) == reverse("triage", args=[reference])
