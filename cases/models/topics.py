"""What a request can be about: topic codes, and the tiles in plain words that lead to them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import in_language
from cases.enums import Urgency


class Topic(models.Model):
    code = models.CharField(_("code"), max_length=40, primary_key=True)
    name_nl = models.CharField(_("name in Dutch"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    is_risk = models.BooleanField(_("risk topic"), default=False)
    starts_as = models.CharField(
        _("urgency at the start"), max_length=12, choices=Urgency.choices, default=Urgency.ROUTINE
    )
    order = models.PositiveSmallIntegerField(_("order"), default=50)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return in_language(self.name_nl, self.name_en)


class TopicTile(models.Model):
    """A choice on the topic page; carries its topic codes as data (DECISIONS)."""

    code = models.SlugField(_("code"), unique=True)
    title_nl = models.CharField(max_length=80)
    title_en = models.CharField(max_length=80)
    hint_nl = models.CharField(max_length=120, blank=True)
    hint_en = models.CharField(max_length=120, blank=True)
    icon = models.CharField(max_length=40)
    topics = ArrayField(models.CharField(max_length=40))
    order = models.PositiveSmallIntegerField(default=50)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return in_language(self.title_nl, self.title_en)
