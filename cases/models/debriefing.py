"""Talking in a group after an incident. Nobody's name is kept: who wants help asks for it as anybody else does."""

from django.db import models
from django.db.models import F, Q

from accounts.sealed import SealedText
from cases.enums import SessionState
from cases.models.timeline import InCase


class GroupTalk(InCase):
    """One meeting of a team, led by two; ``second`` is empty while another is chosen for who left. ``present`` and
    ``want_own_talk`` are numbers, never names."""

    led_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    second = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=SessionState.choices, default=SessionState.PLANNED)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=90)
    place = SealedText()
    incident = SealedText()  # what happened, in a few words
    report = SealedText()  # what the group needs; no names
    present = models.PositiveSmallIntegerField(null=True)
    want_own_talk = models.PositiveSmallIntegerField(null=True)
    look_again_on = models.DateField(null=True)  # how the team is then
    reminded_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(db_default=1, default=1)  # of how it went

    class Meta:
        indexes = [
            models.Index(fields=["case", "starts_at"], name="group_talk_by_case"),
            models.Index(
                fields=["look_again_on"], condition=Q(looked_at=None, reminded_at=None), name="group_talk_look_again"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(second=F("led_by")), name="group_talk_two_lead"),
            models.CheckConstraint(
                condition=~Q(state=SessionState.HELD) | Q(present__isnull=False), name="group_talk_held_by_some"
            ),
            models.CheckConstraint(
                condition=Q(want_own_talk=None) | Q(want_own_talk__lte=F("present")), name="group_talk_at_most_all"
            ),
        ]
