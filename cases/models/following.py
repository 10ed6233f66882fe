"""Following without an account: tries that failed, and pass-phrases that the desk gave anew."""

from django.db import models

from cases.models.case import Case


class FollowThrottle(models.Model):
    """Failed tries with one reference from one place. ``key`` is a keyed hash of the two; nothing else is kept."""

    key = models.CharField(primary_key=True, max_length=64)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="follow_throttle_age")]

    def __str__(self) -> str:
        return f"{self.failures} {self.last_at}"


class NewPhrase(models.Model):
    """A pass-phrase given by the desk to someone who lost theirs. The last one counts; those before no longer do."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="new_phrases")
    passphrase_hash = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-given_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.given_at}"
