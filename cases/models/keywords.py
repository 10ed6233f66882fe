"""Words in a story that raise the urgency of a request: a list that the coordinator keeps."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.enums import Language, RaisesTo


class Keyword(models.Model):
    """A word or a few words together. It raises, never lowers, and never says where a request goes (decision 10)."""

    phrase = models.CharField(_("word or words"), max_length=80)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.DUTCH)
    raises_to = models.CharField(_("raises to"), max_length=12, choices=RaisesTo.choices)
    active = models.BooleanField(_("in use"), default=True)
    remark = models.CharField(_("why it is on the list"), max_length=200, blank=True)
    owner = models.CharField(_("who answers for it"), max_length=80, blank=True)

    class Meta:
        ordering = ["phrase", "language"]
        constraints = [models.UniqueConstraint(fields=["phrase", "language"], name="keyword_once")]

    def __str__(self) -> str:
        return self.phrase
