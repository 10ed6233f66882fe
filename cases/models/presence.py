"""Who has a case open on their screen."""

from django.db import models

from cases.models.case import Case


class Presence(models.Model):
    """Somebody had the page of this case on their screen; it counts ``until`` the clock says so, and is then swept."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="presences")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="one_presence")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.user_id}"
