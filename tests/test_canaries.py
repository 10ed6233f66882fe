"""What the permission matrix looks for is written in every sealed field there is."""

import base64
import binascii

import pytest
import time_machine
from django.apps import apps

from accounts.sealed import SealedText
from tests.matrix import build_matrix
from tests.matrix_words import canaries
from tests.world import MOMENT

NO_CANARY = {"cases.Intake.topic_words": "no form and no verb writes it: topics are chosen, never typed"}
"""Sealed fields in which the matrix cannot write, and why."""


@pytest.mark.usefixtures("committed_db")
def test_every_sealed_field_has_its_canary() -> None:
    """A field that somebody seals from now on gets a canary as well, or a reason."""
    with time_machine.travel(MOMENT, tick=False):
        build_matrix()
    fields = [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, SealedText)
    ]
    silent = {
        f"{model._meta.label}.{field.name}"
        for model, field in fields
        if not any(canaries(opened(getattr(row, field.name))) for row in model._default_manager.all())
    }
    assert len(fields) > 30
    assert silent == set(NO_CANARY)


def opened(value: object) -> str:
    """The words in it; a picture is kept in letters."""
    text = str(value)
    try:
        return text + base64.b64decode(text, validate=True).decode(errors="replace")
    except (binascii.Error, ValueError):
        return text
