"""What people do with mails that wait: read one, take it in hand, and send it the right way."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.permissions import Refused
from accounts.roles import CASE_CONTACT, CASE_WORK, DASHBOARD_VIEW
from cases import documents, notes
from cases.enums import NoteKind
from cases.models import Case
from cases.moves import NeedsReason, NotNow
from cases.permissions import case_for, permissions_on
from desk.mailroom import filing, sorting
from desk.mailroom.enums import MailState
from desk.mailroom.models import CLAIM, Enclosure, Mail


def mail_for(by: Actor, pk: uuid.UUID, *, at: dt.datetime, part: str = "", lock: bool = False) -> Mail:
    """A mail that is still to be decided about, for the desk; anyone else gets Refused. ``lock`` takes it FOR UPDATE
    and needs a transaction. With ``part`` the reading is written to the audit before the page is made."""
    if lock:  # a query of its own: a row that waited for its lock is joined to what it pointed at before
        Mail.objects.select_for_update().only("pk").filter(pk=pk).first()
    rows = Mail.objects.visible_to(by, at).not_from_accounts(by)
    rows = rows.select_related("data_key", "claimed_by", "decided_by", "case__data_key")
    mail = rows.filter(pk=pk).exclude(state=MailState.NEW).first()
    if mail is None or not by.may(DASHBOARD_VIEW):
        raise Refused("mail:open", basis="not visible or not existing")
    if part:
        audit.record("mail.viewed", by=by, at=at, obj=mail, part=part, case_id=mail.case_id)
    return mail


def file_for(by: Actor, pk: uuid.UUID, *, at: dt.datetime) -> Enclosure:
    """A file that may be given out: with a case for who may open that case, otherwise for the desk. Audited."""
    file = Enclosure.objects.select_related("mail__data_key", "mail__case").filter(pk=pk).first()
    if file is None or not file.given_out:
        raise Refused("mail:file", basis="not existing, or of a kind that is not given out")
    mail = file.mail
    if mail.state in {MailState.JOINED, MailState.REQUEST} and mail.case is not None:
        case_for(by, mail.case.reference, needs=CASE_WORK, at=at, part="file")
    else:
        mail_for(by, mail.pk, at=at)
    audit.record("mail.file_read", by=by, at=at, obj=file, case_id=mail.case_id)
    return file


def to_documents(file: Enclosure, *, by: Actor, at: dt.datetime) -> Case:
    """Put a copy among the documents of its case, where it is looked through; the same file once. Raises NotNow."""
    case = file.mail.case
    if case is None or file.mail.state not in {MailState.JOINED, MailState.REQUEST}:
        raise NotNow(_("This e-mail belongs to no case yet."))
    name = str(file.name) or file.own_name
    upload = documents.Upload(name, file.bytes)
    documents.receive(case, file=upload, title=name, for_client=False, by=by, at=at, submission_id=file.pk)
    return case


@transaction.atomic
def claim(mail: Mail, *, by: Actor, at: dt.datetime) -> Mail:
    """Take it in hand for a while; the loser of a race is told who has it. Twice is fine."""
    row = _locked(mail, by, at)
    _hold(row, by, at)
    audit.record("mail.claimed", by=by, at=at, obj=row, case_id=row.case_id)
    return row


@transaction.atomic
def release(mail: Mail, *, by: Actor, at: dt.datetime) -> Mail:
    """Give it back to the others."""
    row = _locked(mail, by, at)
    row.claimed_by, row.claimed_at = None, None
    row.save(update_fields=["claimed_by", "claimed_at"])
    audit.record("mail.released", by=by, at=at, obj=row, case_id=row.case_id)
    return row


@transaction.atomic
def join(mail: Mail, reference: str, *, from_client: bool, by: Actor, at: dt.datetime) -> Case:
    """To this case: as a message of the client, or as a file note when somebody else wrote it.

    Raises NotNow when there is no such open case that this actor may work in; then nothing is done.
    """
    row = _locked(mail, by, at)
    case = Case.objects.visible_to(by, at).select_related("data_key").filter(reference=reference).first()
    if case is None or CASE_CONTACT not in permissions_on(case.pk, by, at):
        audit.record("mail.join_refused", by=by, at=at, obj=row, basis="no such case for this person")
        raise NoSuchCase
    if from_client:
        sorting.join(row, case, by=by, at=at)
    else:
        words = "\n\n".join(part for part in (row.writer, sorting.in_words(row)) if part)
        notes.write(case, words, kind=NoteKind.FILE, by=by, at=at)
        filing.belongs_to(row, case, MailState.JOINED)
        sorting.keep_for_now(row, at)
        audit.record("mail.joined", by=by, at=at, case_id=case.pk, obj=row, part="note")
    _decided(row, by, at)
    return case


@transaction.atomic
def make_request(mail: Mail, *, danger: str, answer: bool, by: Actor, at: dt.datetime) -> str:
    """A new request; its reference. With ``answer`` the sender may be mailed at that address."""
    row = _locked(mail, by, at)
    row.case = None
    reference = sorting.become_request(row, danger=danger, answer=answer, by=by, at=at)
    _decided(row, by, at)
    return reference


@transaction.atomic
def set_aside(mail: Mail, reason: str, *, by: Actor, at: dt.datetime) -> Mail:
    """Not for us, with a reason. It can be taken back until it is erased."""
    row = _locked(mail, by, at)
    if not reason.strip():
        raise NeedsReason(_("Write down why this is not for us."))
    row.state, row.reason = MailState.SET_ASIDE, reason.strip()
    row.save(update_fields=["state", "reason"])
    sorting.keep_for_now(row, at)
    audit.record("mail.set_aside", by=by, at=at, obj=row, case_id=row.case_id)
    _decided(row, by, at)
    return row


class NoSuchCase(NotNow):
    """The reference is of no case that this person may work in."""


def _locked(mail: Mail, by: Actor, at: dt.datetime) -> Mail:
    """As it is now; raises NotNow when it is decided, or in a colleague's hands."""
    row = mail_for(by, mail.pk, at=at, lock=True)
    if not row.is_open:
        raise NotNow(_("Somebody has decided about this e-mail already."))
    holder = row.holder(at)
    if holder is not None and holder != by.user and row.claimed_at is not None:
        until = time_format(timezone.localtime(row.claimed_at + CLAIM), "H:i")
        raise NotNow(_("%(name)s has this e-mail in hand until %(time)s.") % {"name": holder.name, "time": until})
    return row


def _hold(row: Mail, by: Actor, at: dt.datetime) -> None:
    row.claimed_by, row.claimed_at = by.user, at
    row.save(update_fields=["claimed_by", "claimed_at"])


def _decided(row: Mail, by: Actor, at: dt.datetime) -> None:
    row.decided_by, row.decided_at, row.claimed_by, row.claimed_at = by.user, at, None, None
    row.save(update_fields=["decided_by", "decided_at", "claimed_by", "claimed_at"])
