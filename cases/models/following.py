"""Following without an account: pass-phrases that the desk gave anew."""

from django.db import models

from cases.models.case import Case


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
