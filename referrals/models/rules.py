"""The routing rules, in versions."""

from django.db import models
from django.db.models import Q


class RuleVersionQuerySet(models.QuerySet["RuleVersion"]):
    def newest_first(self) -> "RuleVersionQuerySet":
        return self.select_related("published_by").order_by("-number")

    def numbered(self, number: int) -> "RuleVersion | None":
        return self.newest_first().filter(number=number).first()


class RuleVersion(models.Model):
    """The routing table as it was published, whole: added once, never changed (see the grants). The highest number
    counts. ``rules`` are the rows of ``routing.Rule`` in the order in which they are asked."""

    number = models.PositiveIntegerField(unique=True)
    rules = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    restored_from = models.PositiveIntegerField(null=True)

    objects = RuleVersionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return str(self.number)


class RuleDraft(models.Model):
    """The one draft of the next version. ``revision`` goes up with every change, so that nobody writes over another."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    rules = models.JSONField()
    based_on = models.PositiveIntegerField()
    restored_from = models.PositiveIntegerField(null=True)
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_rule_draft")]

    def __str__(self) -> str:
        return f"{self.based_on}+{self.revision}"
