"""What helps to write a note: texts that are not saved yet, and texts to begin with."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import in_language
from accounts.sealed import SealedText
from cases.enums.notes import DraftOf, TemplateMoment
from cases.models.debriefing import GroupTalk
from cases.models.timeline import InCase, Note


class NoteDraftQuerySet(models.QuerySet["NoteDraft"]):
    def over(self, at: dt.datetime) -> "NoteDraftQuerySet":
        return self.filter(expires_at__lte=at)


class NoteDraft(InCase):
    """What somebody is writing and did not save yet: for a new note of this kind, or to change ``note``; or, as JSON by
    question, another text of the file (of ``talk``, for how a talk with a group went).

    Its author's alone, as a working note is, whatever it is going to be.
    """

    author = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=DraftOf.choices)
    note = models.ForeignKey(Note, models.CASCADE, null=True, related_name="drafts")
    talk = models.ForeignKey(GroupTalk, models.CASCADE, null=True, related_name="drafts")
    body = SealedText()
    of_version = models.PositiveIntegerField(default=0)  # of the text itself, when somebody began to change it
    form_id = models.UUIDField()  # the page, in a tab, that kept it last
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = NoteDraftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="note_draft_expiry")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "author", "kind", "note", "talk"], nulls_distinct=False, name="note_draft_once"
            )
        ]


class NoteTemplateQuerySet(models.QuerySet["NoteTemplate"]):
    def in_use(self) -> "NoteTemplateQuerySet":
        """In the order of the moments."""
        steps = [models.When(moment=moment, then=place) for place, moment in enumerate(TemplateMoment)]
        return self.filter(Q(active=True)).order_by(models.Case(*steps, default=99), "name_nl", "pk")


class NoteTemplate(models.Model):
    """A text to begin a note with, kept by the coordinator. Nothing in it is about anybody."""

    moment = models.CharField(_("used at"), max_length=12, choices=TemplateMoment.choices)
    name_nl = models.CharField(_("name in Dutch"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)
    body_nl = models.TextField(_("text in Dutch"), max_length=4000)
    body_en = models.TextField(_("text in English"), max_length=4000)
    active = models.BooleanField(_("in use"), default=True)

    objects = NoteTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["moment", "name_nl"]
        constraints = [models.UniqueConstraint(fields=["name_nl"], name="note_template_once")]

    def __str__(self) -> str:
        return in_language(self.name_nl, self.name_en)

    @property
    def body(self) -> str:
        return in_language(self.body_nl, self.body_en)
