"""Contact with the client: attempts, questions, what they add, and how they want to be reached (R25, UX 1.3)."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from cases import call_attempts, callbacks, meanwhile, safe_contact, timeline
from cases.answering import tell_that_they_wrote
from cases.enums import AttemptOutcome, CaseState, EntryKind
from cases.messages import write
from cases.models import Case, ContactAttempt, ContactPreference, Message, Person
from cases.moves import Changed, NeedsReason, NotNow, locked, move, save, unused
from cases.reading import must_be_read
from cases.search import indexes_of

PERSON_FIELDS = ("name", "email", "phone", "personnel_number")
WISHES = (
    "channels",
    "window_from",
    "window_until",
    "weekdays",
    "may_leave_voicemail",
    "may_identify",
    "safe_to_text",
    "safe_to_email",
    "contact_person",
    "spoken_language",
    "accessibility_needs",
    "talks_with",
)


@transaction.atomic
def log_attempt(
    case: Case,
    *,
    way: str,
    outcome: str,
    by: Actor,
    at: dt.datetime,
    note: str = "",
    reason: str = "",
    call_at: dt.datetime | None = None,
    attempt_id: uuid.UUID | None = None,
    rang: bool = False,
) -> ContactAttempt:
    """Keep one try to reach the client. A talk is the first human contact; ``call_at`` is when to try again.

    Whoever else helps with the case is told of a talk. ``rang``: the client called us, so that no wish of theirs, no
    limit and nothing that is still to be read stands in the way. Outside their wishes it needs a reason (NeedsReason);
    a message left on an answering machine that the client forbade is refused (NotNow), and so is a fourth call (see
    cases/call_attempts.py).
    ``attempt_id`` comes from the form, so that a second click is the same attempt.
    """
    case = locked(case)
    if attempt_id and (known := ContactAttempt.objects.filter(pk=attempt_id, case=case).first()):
        return known
    if not case.is_open:
        raise NotNow(_("This case is closed."))
    if not rang:
        must_be_read(case, by)
    wishes = safe_contact.wishes_of(case)
    if safe_contact.forbids(wishes, outcome):
        raise NotNow(_("The client does not want a message to be left."))
    outside = [] if rang else safe_contact.against(wishes, way, at)
    if outside and not reason.strip():
        raise NeedsReason(" ".join([*outside, _("Write down why you did it all the same.")]))
    call_back = callbacks.open_of(case)
    if call_back is not None and not rang:
        call_attempts.guard(call_back, way, by=by, at=at, reason=reason)
    number = unused(ContactAttempt, attempt_id)
    attempt = ContactAttempt(id=number, case=case, at=at, by=by.user, way=way, outcome=outcome)
    attempt.note = "\n".join(part.strip() for part in (note, reason) if part.strip())
    attempt.save(force_insert=True)
    _after_attempt(case, outcome, at=at, call_at=call_at)
    if call_back is not None:
        call_attempts.tried(call_back, way, outcome, at=at, call_at=call_at)
    else:
        call_attempts.begin(case, way, outcome, at=at, call_at=call_at)
    facts = {"way": way, "outcome": outcome} | ({"outside_wishes": True} if outside else {})
    facts |= {"rang": True} if rang else {}
    timeline.add(case, EntryKind.CONTACT_ATTEMPT, by=by, at=at, facts=facts, text=str(attempt.note), for_client=True)
    audit.record("case.attempt", by=by, at=at, case_id=case.pk, obj=attempt, part=outcome)
    if rang or outcome == AttemptOutcome.SPOKEN:
        meanwhile.tell_worker(meanwhile.SPOKEN_TO, case, occasion=str(attempt.pk), by=by, at=at)
        meanwhile.tell_asked(case, occasion=str(attempt.pk), at=at)
    return attempt


def _after_attempt(case: Case, outcome: str, *, at: dt.datetime, call_at: dt.datetime | None) -> None:
    case.tried_at = at
    case.save(update_fields=["tried_at"])  # stands in no form: no version counts it
    changed = []
    if outcome == AttemptOutcome.SPOKEN and case.first_contact_at is None:
        case.first_contact_at = at
        changed.append("first_contact_at")
    if call_at is not None or outcome == AttemptOutcome.SPOKEN:
        case.next_action_at = call_at
        changed.append("next_action_at")
    if changed:
        save(case, *changed)


@transaction.atomic
def ask_more(
    case: Case,
    question: str,
    *,
    until: dt.datetime,
    by: Actor,
    at: dt.datetime,
    reason: str = "",
    submission_id: uuid.UUID | None = None,
) -> Case:
    """Send the client a question and wait, at most until ``until``; our clock stands still meanwhile.

    As any message of staff it needs a ``reason`` where the client chose other ways (NeedsReason).
    """
    case = locked(case)
    if submission_id and Message.objects.filter(submission_id=submission_id, case=case).exists():
        return case
    move(
        case,
        CaseState.WAITING_CLIENT,
        by=by,
        at=at,
        action="case.more_asked",
        waiting_until=until,
        next_action_at=until,
    )
    timeline.add(
        case,
        EntryKind.MORE_ASKED,
        by=by,
        at=at,
        facts={"until": until.isoformat()},
        text=question.strip(),
        for_client=True,
    )
    write(case, submission_id=submission_id or uuid.uuid4(), body=question, reason=reason, by=by, at=at)
    return case


@transaction.atomic
def client_added(case: Case, text: str, *, by: Actor, at: dt.datetime, submission_id: uuid.UUID | None = None) -> Case:
    """The client adds to the story. When we waited for it, the case goes on; whoever answers for it is told."""
    case = locked(case)
    facts = {"submission": str(submission_id)} if submission_id else {}
    if facts and case.timeline.filter(facts__contains=facts).exists():
        return case
    if not case.is_open:
        raise NotNow(_("Your request is closed. Send a new one, or call us."))
    timeline.add(case, EntryKind.ADDED, by=by, at=at, facts=facts, text=text.strip(), for_client=True)
    if case.state == CaseState.WAITING_CLIENT:
        move(case, CaseState.IN_TRIAGE, by=by, at=at, action="case.added", next_action_at=at)
    else:
        save(case)
        audit.record("case.added", by=by, at=at, case_id=case.pk, obj=case)
    tell_that_they_wrote(case, occasion=f"added{case.version}", at=at)
    return case


@transaction.atomic
def change_contact(
    case: Case, answers: Mapping[str, Any], *, by: Actor, at: dt.datetime, seen: str | None = None
) -> Case:
    """New answers to "how may we reach you": any of PERSON_FIELDS and WISHES; others raise KeyError.

    They count at once, also for messages that wait to be sent. Raises Changed when the answers are others than those
    the form showed (``seen``, from ``mark``).
    """
    case = locked(case)
    if seen is not None and seen != mark(case.person):
        raise Changed(case)
    if unknown := set(answers) - set(PERSON_FIELDS) - set(WISHES):
        raise KeyError(f"not an answer about contact: {sorted(unknown)}")
    person = case.person
    number = str(person.phone)
    own = [name for name in PERSON_FIELDS if name in answers]
    for name in own:
        setattr(person, name, answers[name])
    indexes = indexes_of(**{name: answers[name] for name in own})
    for name, value in indexes.items():
        setattr(person, name, value)
    if own:
        person.save(update_fields=[*own, *indexes])
    wishes = getattr(person, "contact", None) or ContactPreference(person=person)
    for name in answers.keys() & set(WISHES):
        setattr(wishes, name, answers[name])
    wishes.changed_at = at
    wishes.save()
    save(case)
    callbacks.follow_wishes(case, other_number=str(person.phone) != number, by=by, at=at)
    timeline.add(case, EntryKind.CONTACT_CHANGED, by=by, at=at, for_client=True)
    audit.record("case.contact_changed", by=by, at=at, case_id=case.pk, obj=wishes)
    return case


def mark(person: Person) -> str:
    """Which answers these are, for a form to carry along."""
    wishes: ContactPreference | None = getattr(person, "contact", None)
    return wishes.changed_at.isoformat() if wishes else ""
