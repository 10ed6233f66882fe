"""Trying a reference and pass-phrase too often takes longer each time; it never locks anyone out."""

from django.db import models


class FollowThrottle(models.Model):
    """Failed tries with one reference from one place. ``key`` is a keyed hash of the two; nothing else is kept."""

    key = models.CharField(primary_key=True, max_length=64)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="follow_throttle_age")]

    def __str__(self) -> str:
        return f"{self.failures} {self.last_at}"
