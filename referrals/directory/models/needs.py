"""The needs by which help is found, in the words that people use."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from referrals.directory.models.rows import Row, in_both


class Need(Row):
    """HSDS ``taxonomy_term``. ``words_*`` are other words for it, separated by commas: they find it too."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_nl = models.CharField(_("name in Dutch"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    words_nl = models.TextField(_("other words in Dutch"), blank=True)
    words_en = models.TextField(_("other words in English"), blank=True)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="parts")
    topics = models.ManyToManyField("cases.Topic", related_name="+", verbose_name=_("topics of a case"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=50)

    name = in_both("name")

    class Meta(Row.Meta):
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return str(self.name)
