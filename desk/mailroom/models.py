"""A mail as it came in, and what was enclosed. Kept before anything else is done with it."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from accounts.actors import Actor
from accounts.models import DataKey, User
from accounts.sealed import SealedText
from accounts.vault import blind_index
from cases import search
from cases.models import Case, CaseAccess
from desk.mailroom.enums import GIVEN_OUT, OPEN, Because, FileKind, MailState

CLAIM = dt.timedelta(minutes=30)
"""How long a mail is in one person's hands without a decision."""


class MailQuerySet(models.QuerySet["Mail"]):
    def visible_to(self, by: Actor, at: dt.datetime) -> "MailQuerySet":
        """Not what is about a case that this actor may not see, nor what somebody wrote whose case they are kept out
        of. Lists and single mails use this same rule (promise 2), with ``not_from_accounts``."""
        kept_out = CaseAccess.objects.blocking(by)
        relatives = kept_out.exclude(case__person__email_index="").values("case__person__email_index")
        seen = Q(case=None) | Exists(Case.objects.visible_to(by, at).filter(pk=OuterRef("case")))
        return self.filter(seen, data_key__isnull=False).exclude(sender_index__in=relatives)

    def not_from_accounts(self, by: Actor) -> "MailQuerySet":
        """Nor from the account of a client whose case this actor is kept out of. Asks for those at once: one query."""
        people = CaseAccess.objects.blocking(by).values("case__person")
        emails = User.objects.filter(person__in=people).values_list("email", flat=True)
        return self.exclude(sender_index__in=[index_of(email) for email in emails])

    def waiting(self) -> "MailQuerySet":
        """For a person to decide about, the first due first."""
        return self.filter(state=MailState.WAITING).order_by("due_at", "pk")

    def automatic(self) -> "MailQuerySet":
        """Recognised as sent by a machine, the newest first."""
        return self.filter(state=MailState.AUTOMATIC).order_by("-fetched_at", "pk")

    def decided(self) -> "MailQuerySet":
        """What a person decided about, the newest first."""
        return self.filter(decided_by__isnull=False).order_by("-decided_at", "pk")

    def of_case(self, case: Case) -> "MailQuerySet":
        """What belongs to a case for good, the newest first."""
        return self.filter(case=case, state__in=[MailState.JOINED, MailState.REQUEST]).order_by("-fetched_at", "pk")

    def unsorted(self) -> "MailQuerySet":
        """The ones that failed least come first, so that no mail stands before the others."""
        return self.filter(state=MailState.NEW).order_by("tries", "fetched_at", "pk")

    def from_address(self, index: str, since: dt.datetime) -> "MailQuerySet":
        return self.filter(sender_index=index, fetched_at__gt=since)

    def over(self, at: dt.datetime) -> "MailQuerySet":
        """What of it is only kept for a while, and no longer."""
        return self.filter(erase_at__lte=at)

    def for_list(self) -> "MailQuerySet":
        """What a row needs, and nothing sealed."""
        sealed = ("raw", "sender", "sender_name", "subject", "body", "said", "reason")
        return self.select_related("claimed_by", "decided_by").annotate(files=Count("enclosures")).defer(*sealed)


class Mail(models.Model):
    """``folder``, ``uidvalidity`` and ``uid`` are its place on the server; ``identity`` is what makes it this mail,
    wherever it lies. Its own key seals it until it belongs to a case, from then on the key of the case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    data_key = models.ForeignKey(DataKey, models.PROTECT, null=True, related_name="+")  # none: erased
    folder = models.CharField(max_length=200)  # with server and user
    uidvalidity = models.BigIntegerField()
    uid = models.BigIntegerField()
    identity = models.CharField(max_length=64, unique=True)
    fetched_at = models.DateTimeField()
    size = models.PositiveBigIntegerField()
    is_cut = models.BooleanField(default=False)
    raw = SealedText()  # every byte as the sign of that number

    state = models.CharField(max_length=12, choices=MailState.choices, default=MailState.NEW)
    because = models.CharField(max_length=12, choices=Because.choices, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    language = models.CharField(max_length=2, default="nl")
    sender_index = models.CharField(max_length=64, blank=True)
    sender = SealedText()
    sender_name = SealedText()
    subject = SealedText()
    body = SealedText()
    said = SealedText()  # without what was quoted
    dropped = models.PositiveSmallIntegerField(default=0)  # enclosures that were too many or too big
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")  # while it waits: the one it names

    due_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = SealedText()  # why it is not for us
    erase_at = models.DateTimeField(null=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["folder", "uidvalidity", "uid"], name="mail_place"),
        ]
        indexes = [
            models.Index(fields=["tries", "fetched_at"], condition=Q(state="new"), name="mail_unsorted"),
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="mail_waiting"),
            models.Index(fields=["-fetched_at"], condition=Q(state="automatic"), name="mail_automatic"),
            models.Index(fields=["-decided_at"], condition=Q(decided_by__isnull=False), name="mail_decided"),
            models.Index(fields=["sender_index", "fetched_at"], name="mail_sender"),
            models.Index(fields=["erase_at"], condition=Q(erase_at__isnull=False), name="mail_erase"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def vault_key(self) -> DataKey:
        if self.data_key is None:
            raise ValueError("this mail was erased")
        return self.data_key

    @property
    def writer(self) -> str:
        """Name and address, as mail programs show them."""
        address = f"<{self.sender}>" if self.sender_name and self.sender else str(self.sender)
        return f"{self.sender_name} {address}".strip()

    @property
    def bytes(self) -> bytes:
        """As it came over the line."""
        return str(self.raw).encode("latin-1")

    @property
    def is_open(self) -> bool:
        return self.state in OPEN and self.data_key_id is not None

    def holder(self, at: dt.datetime) -> User | None:
        """Who has it in hand at this moment."""
        return self.claimed_by if self.claimed_at is not None and self.claimed_at + CLAIM > at else None


def index_of(address: str) -> str:
    """The blind index of an address, as people have it."""
    return blind_index("email", search.email(address))


class Enclosure(models.Model):
    """A file that came with a mail. ``content`` holds every byte as the sign of that number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mail = models.ForeignKey(Mail, models.CASCADE, related_name="enclosures")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=FileKind.choices)
    size = models.PositiveIntegerField()
    name = SealedText()  # as its sender called it
    content = SealedText()

    class Meta:
        ordering = ["mail", "number"]
        constraints = [models.UniqueConstraint(fields=["mail", "number"], name="enclosure_number")]

    def __str__(self) -> str:
        return str(self.pk)

    def vault_key(self) -> DataKey:
        return self.mail.vault_key()

    @property
    def bytes(self) -> bytes:
        return str(self.content).encode("latin-1")

    @property
    def given_out(self) -> bool:
        """Whether it may be downloaded: of a kind that does not run anything by itself."""
        return self.kind in GIVEN_OUT

    @property
    def own_name(self) -> str:
        """What it is called here: nothing of the sender's name for it gets into a header."""
        return f"bijlage-{self.number}.{self.kind}"
