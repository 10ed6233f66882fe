"""Where the words and files of a mail are kept: with the mail at first, with its case as soon as it has one."""

from django.db import transaction

from accounts.models import DataKey
from cases.models import Case
from desk import surge
from desk.mailroom import judging, quotes
from desk.mailroom.enums import MailState
from desk.mailroom.models import Enclosure, Mail, index_of
from desk.mailroom.reading import Letter

TEXTS = ("raw", "sender", "sender_name", "subject", "body", "said", "reason")


@transaction.atomic
def write_down(mail: Mail, letter: Letter) -> None:
    """The words and files of a mail that was read; unsaved bytes of before stay as they are. In a surge no files are
    taken out of it (SECURITY 2.10), and the page says how many."""
    files = [] if surge.is_on() else letter.files
    mail.sender, mail.sender_name, mail.subject = letter.sender, letter.sender_name, letter.subject
    mail.body, mail.said = letter.text, quotes.said(letter.text)
    mail.sender_index = index_of(letter.sender)
    mail.language = judging.language_of(f"{letter.subject} {mail.said}")
    mail.dropped = letter.dropped + len(letter.files) - len(files)
    mail.save(update_fields=[
        "sender", "sender_name", "subject", "body", "said", "sender_index", "language", "dropped",
    ])  # fmt: skip
    mail.enclosures.all().delete()
    for number, file in enumerate(files, 1):
        row = Enclosure(mail=mail, number=number, kind=file.kind, size=len(file.content))
        row.name, row.content = file.name, file.content.decode("latin-1")
        row.save(force_insert=True)


def knows(case: Case, index: str) -> bool:
    """Whether this is an address of the case's client: the one they gave, or that of their account."""
    person = case.person
    known = {person.email_index, index_of(person.user.email) if person.user else ""}
    return bool(index) and index in known


@transaction.atomic
def belongs_to(mail: Mail, case: Case, state: MailState) -> None:
    """For good: from now on the key of the case seals all of it, so that it goes when the case goes."""
    own = mail.data_key
    words = {name: getattr(mail, name) for name in TEXTS}  # read with the old key, written with the new one
    files = [(file, file.name, file.content) for file in mail.enclosures.all()]
    for name, value in words.items():
        setattr(mail, name, value)
    mail.data_key, mail.case, mail.state, mail.due_at = case.data_key, case, state, None
    mail.save(update_fields=[*TEXTS, "data_key", "case", "state", "due_at"])
    for file, name, content in files:
        file.mail, file.name, file.content = mail, name, content
        file.save(update_fields=["name", "content"])
    if own is not None and own.pk != case.data_key_id:
        DataKey.objects.filter(pk=own.pk).delete()
