"""What was seen and done. The site's role can add and read rows here, never change or remove them."""

from django.db import models

from accounts.enums import Outcome


class AuditEvent(models.Model):
    """One event, in the sense of NEN 7513. No content, only the fact; no foreign keys: it outlives its subject."""

    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.DONE)
    actor_kind = models.CharField(max_length=10)  # user, follower, system, anonymous
    actor_id = models.CharField(max_length=60, blank=True)
    actor_name = models.CharField(max_length=120, blank=True)
    actor_roles = models.CharField(max_length=120, blank=True)
    case_id = models.UUIDField(null=True)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=60, blank=True)
    part = models.CharField(max_length=60, blank=True)  # which part of the file was shown
    basis = models.CharField(max_length=120, blank=True)  # the access row's reason, or why it was refused
    request_id = models.CharField(max_length=36, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["case_id", "-at"], name="audit_by_case"),
            models.Index(fields=["actor_id", "-at"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.outcome}"
