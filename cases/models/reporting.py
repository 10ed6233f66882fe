"""The reporting code for domestic violence and child abuse (DOMAIN 3.7): five signed steps, for named people only."""

from django.db import models
from django.db.models import Q

from accounts.sealed import SealedText
from cases.enums.guarded import ReportingDecision
from cases.models.timeline import InCase

STEPS = 5


class ReportingCodeCase(InCase):
    """Follows the code in one case. Who may see it, and that it is there, stands in its members."""

    started_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    started_at = models.DateTimeField()


class ReportingMember(models.Model):
    """One of the small circle, as long as ``ended_at`` is empty."""

    code = models.ForeignKey(ReportingCodeCase, models.CASCADE, related_name="members")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    added_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "user"], condition=Q(ended_at=None), name="reporting_member_once")
        ]

    def __str__(self) -> str:
        return str(self.user)


class ReportingStep(InCase):
    """A step as it was signed. A correction is a new row that ``corrects`` it; nothing is changed."""

    code = models.ForeignKey(ReportingCodeCase, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    done_on = models.DateField()
    what = SealedText()
    asked_veilig_thuis = models.BooleanField(default=False)
    decision = models.CharField(max_length=8, choices=ReportingDecision.choices, blank=True)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], condition=Q(corrects=None), name="reporting_step_once"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=STEPS), name="reporting_step_number"),
        ]
