"""Anyone who asks for help or is related, and how they may safely be reached (R25, UX 1.3)."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DataKey
from accounts.sealed import SealedText


class Person(models.Model):
    """Who they are and how to reach them is sealed with a key of their own. Two may share a number (decision 8)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    data_key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")
    user = models.OneToOneField("accounts.User", models.SET_NULL, null=True, related_name="person")
    language = models.CharField(max_length=2, default="nl")
    name = SealedText()
    email = SealedText()
    phone = SealedText()
    personnel_number = SealedText()
    is_hidden = models.BooleanField(default=False)  # found by no search, whoever searches
    no_call_after = models.BooleanField(db_default=False, default=False)  # once the help has ended, about any case
    # Blind indexes: keyed hashes for exact search by the desk
    surname_index = models.CharField(max_length=64, blank=True)
    email_index = models.CharField(max_length=64, blank=True)
    phone_index = models.CharField(max_length=64, blank=True)
    personnel_index = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=[field], condition=~models.Q(**{field: ""}), name=f"person_{field}")
            for field in ("surname_index", "email_index", "phone_index", "personnel_index")
        ] + [models.Index(fields=["id"], condition=models.Q(is_hidden=True), name="person_hidden")]

    def __str__(self) -> str:
        return str(self.pk)

    def vault_key(self) -> DataKey:
        return self.data_key


class ContactPreference(models.Model):
    """Safe contact. Everything that could give someone away is off until they say yes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(Person, models.CASCADE, related_name="contact")
    channels = ArrayField(models.CharField(max_length=10), default=list, verbose_name=_("ways to reach"))
    window_from = models.TimeField(_("call from"), null=True, blank=True)
    window_until = models.TimeField(_("call until"), null=True, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)  # empty: any day
    may_leave_voicemail = models.BooleanField(_("may leave a voice message"), default=False)
    may_identify = models.BooleanField(_("may say who we are"), default=False)
    safe_to_text = models.BooleanField(_("safe to text"), default=False)
    safe_to_email = models.BooleanField(_("safe to e-mail"), default=False)
    neutral_subject = models.BooleanField(default=True)
    contact_person = SealedText()  # someone else to call: name, relation, number
    spoken_language = SealedText()
    accessibility_needs = SealedText()
    talks_with = SealedText()  # a code of Gender, when they would rather talk with a woman or a man
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)

    def vault_key(self) -> DataKey:
        return self.person.data_key


class FirstContact(models.Model):
    """Whom we ring first, at which agreed times, and whether the one abroad hears of it. Gives no access."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(Person, models.CASCADE, related_name="first_contact")
    name = SealedText()
    relation = SealedText()
    number = SealedText()
    ring_times = ArrayField(models.TimeField(), default=list)
    ring_days = ArrayField(models.PositiveSmallIntegerField(), default=list)  # empty: every day
    tell_abroad = models.BooleanField(default=False)
    abroad_how = SealedText()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ring_times__len__lte=6), name="first_contact_times"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def vault_key(self) -> DataKey:
        return self.person.data_key
