"""Short labels by which staff sort their work. Clear text, so never about who somebody is."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from cases.models.timeline import InCase

LONGEST = 24


class Tag(models.Model):
    """One label. Out of use it stays where it is, and is offered no more."""

    label = models.CharField(_("label"), max_length=LONGEST)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["label"]
        constraints = [models.UniqueConstraint(Lower("label"), name="tag_once")]

    def __str__(self) -> str:
        return self.label


class CaseTag(InCase):
    """A label on a case. Staff only: it is on no page of the client."""

    tag = models.ForeignKey(Tag, models.PROTECT, related_name="on_cases", verbose_name=_("label"))
    put_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    put_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "tag"], name="case_tag_once")]
