"""What every verb of a letter stands on: the locks, the one place where it changes state, and who is told."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.notices import Kind, tell_user
from accounts.roles import CASE_REFER
from cases import answering, timeline
from cases.enums import EntryKind
from cases.moves import NotNow, locked
from cases.permissions import must_have
from referrals.letters.enums import LETTER_NEXT, WENT, LetterState
from referrals.models.letters import Letter


def opened(letter: Letter) -> Letter:
    """The row as it is now, with its case under lock: case first, as everywhere."""
    case = locked(letter.case)
    row = Letter.objects.select_for_update(of=("self",)).select_related("by").get(pk=letter.pk)
    row.case = case
    return row


def opened_by(letter: Letter, by: Actor, action: str, *, at: dt.datetime, needs: str = CASE_REFER) -> Letter:
    """The same for who may pass the case on, or may do what it ``needs`` else; raises Refused for anyone else."""
    row = opened(letter)
    must_have(needs, row.case_id, by=by, at=at, action=action)
    return row


def move(row: Letter, state: str, what: str, *, by: Actor, at: dt.datetime, **changes: object) -> Letter:
    """Bring a locked letter to ``state``; raises NotNow where LETTER_NEXT forbids it."""
    if state not in LETTER_NEXT[row.state]:
        raise NotNow(how_it_stands(row))
    changes["state"] = state
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=[*changes])
    tell(row, what, by=by, at=at)
    return row


def must_be_open(row: Letter) -> None:
    """Raises NotNow for a closed case, also while its letters were not let go yet."""
    if not row.case.is_open:
        raise NotNow(_("This case is closed. No letter can be sent for it."))


def how_it_stands(row: Letter) -> str:
    """Why something can no longer be done, in one calm sentence."""
    if row.state in WENT:
        sent = row.state == LetterState.SENT
        return _("This letter has been sent already.") if sent else _("This letter was answered already.")
    return {
        LetterState.ASKED: _("The client has not approved this letter yet."),
        LetterState.APPROVED: _("This letter was approved already."),
        LetterState.REFUSED: _("The client said no to this letter. Nothing of it is sent."),
        LetterState.WITHDRAWN: _("This letter was taken back. Nothing of it is sent."),
    }[LetterState(row.state)]


def tell_workers(kind: Kind, row: Letter, *, occasion: str, at: dt.datetime) -> None:
    """Whoever answers for the case now, with a link to the letter."""
    path = reverse("onward_letter", args=[row.case.reference, row.pk])
    for user in answering.who_answers(row.case, at):
        tell_user(kind, user, about=row.case_id, occasion=occasion, path=path, at=at)


def tell(row: Letter, what: str, *, by: Actor, at: dt.datetime) -> None:
    """A line for both: codes as facts, and to whom as sealed words."""
    facts = {"what": what, "letter": str(row.pk)}
    timeline.add(row.case, EntryKind.LETTER, by=by, at=at, facts=facts, text=str(row.to_name), for_client=True)
    audit.record(f"letter.{what}", by=by, at=at, case_id=row.case_id, obj=row, part=",".join(row.covers))
