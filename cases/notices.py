"""Kinds of notices about cases. None of them says what a case is about, or that there is one, in a mail's subject."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.enums import Audience, Channel
from accounts.models import Notice
from accounts.notices import (
    Address,
    Kind,
    address_of_user,
    bars,
    letters_to_client,
    mail_client,
    mail_stranger,
    register,
    send_all,
    tell_user,
    who_muted,
)
from cases import tokens
from cases.enums import KEEPS_OUT, AccessReason, AccessScope
from cases.enums.mediation import Side
from cases.models import Case, CaseAccess, Draft, Invitation, Mediation, Party

NOTHING = UUID(int=0)


def never_sees(about: UUID, user_id: int, at_work: bool) -> bool:
    """Whether someone is kept out of the case a notice is about; at work also of their own and of a relative's. One
    query."""
    reasons = KEEPS_OUT if at_work else (AccessReason.BLOCKED,)
    return CaseAccess.objects.filter(case=about, user=user_id, reason__in=reasons).exists()


bars.append(never_sees)


def address_of_client(notice: Notice) -> Address:
    """The client's mail address, if their safe-contact answers of this moment allow a mail (UX 1.3)."""
    case = (
        Case.objects.filter(pk=notice.subject_id or NOTHING)
        .select_related("person__data_key", "person__contact")
        .only("id", "person__email", "person__data_key", "person__contact__safe_to_email", "person__contact__channels")
        .first()
    )
    if case is None:
        return Address(skip="case is gone")
    contact = getattr(case.person, "contact", None)
    if contact is None or not contact.safe_to_email:
        return Address(skip="not safe to e-mail")
    if not case.person.email:
        return Address(skip="no e-mail address")
    return Address(email=case.person.email)


def address_of_invited(notice: Notice) -> Address:
    """Where the client said that a mail is safe, as long as the invitation is open."""
    waiting = Invitation.objects.unanswered().filter(pk=notice.subject_id or NOTHING)
    invitation = waiting.select_related("case__data_key").first()
    if invitation is None:
        return Address(skip="no longer open")
    return Address(email=invitation.email) if invitation.email else Address(skip="no e-mail address")


def address_of_guest(notice: Notice) -> Address:
    """Somebody whom a client let read messages, as long as that counts. What was taken away is not heard of again."""
    reads = Invitation.objects.read_by(notice.user_id or 0).filter(case=notice.subject_id or NOTHING)
    if not reads.exists():
        return Address(skip="no longer let in")
    return address_of_user(notice)


def path_of_invited(notice: Notice) -> str:
    """The link, which is kept nowhere."""
    row = Invitation.objects.filter(pk=notice.subject_id or NOTHING).only("token_hash").first()
    token = tokens.token_of(row.pk, row.token_hash) if row else ""
    return reverse("family_invited", args=[token]) if token else ""


def address_of_draft(notice: Notice) -> Address:
    """Where the writer of a draft said that a mail is safe, as long as it is kept."""
    rows = Draft.objects.filter(pk=notice.subject_id or NOTHING, expires_at__gt=Now()).select_related("data_key")
    draft = rows.first()
    return Address(email=draft.email) if draft and draft.email else Address(skip="no longer kept")


def path_of_draft(notice: Notice) -> str:
    """The link, which is kept nowhere."""
    row = Draft.objects.filter(pk=notice.subject_id or NOTHING).only("token_hash").first()
    token = tokens.token_of(row.pk, row.token_hash, tokens.DRAFT) if row else ""
    return reverse("draft_link", args=[token]) if token else ""


def address_of_other(notice: Notice) -> Address:
    """The other one in a talk that somebody neutral leads, at the address the client gave."""
    row = _other_side(notice)
    if row is None:
        return Address(skip="talk is gone")
    return Address(email=row.email) if row.email else Address(skip="no e-mail address")


def path_of_other(notice: Notice) -> str:
    """Their link, which is kept nowhere."""
    row = _other_side(notice)
    token = tokens.token_of(row.pk, row.token_hash or "", tokens.MEDIATION) if row else ""
    return reverse("mediation_link", args=[token]) if token else ""


def _other_side(notice: Notice) -> Party | None:
    rows = Party.objects.filter(mediation=notice.subject_id or NOTHING, side=Side.OTHER)
    return rows.select_related("mediation__data_key").first()


INVITED = register(
    Kind(
        code="family.invited",
        title=_("Someone invites you"),
        text=_(
            "Someone you know invites you to this website and tells you a code. Open the link and give that code. "
            "Do you not know about this? Then you need not do anything."
        ),
        address=address_of_invited,
        path=path_of_invited,
        audience=Audience.OUTSIDE,
    )
)
GUEST_NEWS = register(
    Kind(
        code="family.news",
        title=_("There is something new for you"),
        text=_("There is something new on a page that someone shares with you. Log in to read it."),
        address=address_of_guest,
        audience=Audience.GUESTS,
        label=_("Something new on a page that someone shares with you"),
    )
)
CLIENT_NEWS = register(
    Kind(
        code="client.news",
        title=_("There is news for you"),
        text=_("There is something new on your page. Open the website and use your reference to read it."),
        address=address_of_client,
        audience=Audience.CLIENTS,
        label=_("Something new on your own page"),
    )
)
CLIENT_RECEIVED = register(
    Kind(
        code="client.received",
        title=_("We have your message"),
        text=_("We have your message and will contact you. Open the website and use your reference to follow it."),
        address=address_of_client,
        audience=Audience.OUTSIDE,
    )
)
DRAFT_KEPT = register(
    Kind(
        code="draft.kept",
        title=_("Go on with what you kept"),
        text=_(
            "You kept something on this website. Open the link to go on. It works for seven days, in the first browser "
            "that opens it. Do you not know about this? Then you need not do anything."
        ),
        address=address_of_draft,
        path=path_of_draft,
        audience=Audience.OUTSIDE,
    )
)
CLIENT_RECEIVED_BY_MAIL = register(
    Kind(
        code="client.received_by_mail",
        title=_("We have your message"),
        text=_(
            "We have your message and will contact you. Your reference is {reference}. Do you want to follow it on the "
            "website? Then you also need a pass-phrase. Call us and you get one."
        ),
        address=address_of_client,
        audience=Audience.OUTSIDE,
    )
)
TALK_NEWS: dict[str, Any] = {
    "title": _("There is news for you"),
    "text": _("There is something new about a conversation that you are asked for. Open the link to read it."),
    "audience": Audience.OUTSIDE,
}
"""The client and the other one read the very same words."""
TALK_NEWS_CLIENT = register(Kind(code="talk.client", address=address_of_client, **TALK_NEWS))
TALK_NEWS_OTHER = register(Kind(code="talk.other", address=address_of_other, path=path_of_other, **TALK_NEWS))
MEDIATION_LEADS = register(
    Kind(
        code="talk.leader",
        title=_("Something changed in a talk that you lead"),
        text=_("You are asked to lead a talk between two people, or something changed in it. Open it to see what."),
    )
)
LOOK_AGAIN = register(
    Kind(
        code="group.look_again",
        title=_("Ask how a team is"),
        text=_("Some weeks ago there was a talk with a group. Today is the day to ask how the team is."),
    )
)
SECOND_LEFT = register(
    Kind(
        code="group.second_left",
        title=_("Choose who leads a talk with you"),
        text=_("A colleague who would lead a talk with a group with you works here no longer. Choose somebody else."),
    )
)
CASE_GIVEN = register(
    Kind(
        code="case.given",
        title=_("A colleague gave you a case"),
        text=_("A case was given to you. Open it to see what is asked."),
    )
)
CASE_MERGED = register(
    Kind(
        code="case.merged",
        title=_("A case of yours goes on under another reference"),
        text=_("A colleague put two requests of one person together. Ask the desk who has it now."),
    )
)
MENTIONED = register(
    Kind(
        code="case.mentioned",
        title=_("A colleague wants you to read something"),
        text=_("A colleague named you in a note. Open it to read it."),
    )
)
TASK_GIVEN = register(
    Kind(
        code="case.task",
        title=_("A colleague asks something of you"),
        text=_("There is a task for you. Open it to see what it is and when it must be done."),
    )
)
TASK_DUE = register(
    Kind(
        code="case.task_due",
        title=_("A task is to be done"),
        text=_("The time for a task has come, or comes soon. Open it to see what it is."),
        label=_("A reminder of a task"),
    )
)
MESSAGE_FROM_CLIENT = register(
    Kind(
        code="case.message",
        title=_("A client sent a message"),
        text=_("There is a new message in one of your cases."),
    )
)
PLAN_AGREED = register(
    Kind(
        code="case.plan_agreed",
        title=_("A client agreed to a plan"),
        text=_("A client said yes to the plan in one of your cases. You need not do anything."),
    )
)
SUMMARY_CHANGED = register(
    Kind(
        code="case.summary",
        title=_("A client changed their summary"),
        text=_("Read it before you contact them again, so that they need not tell it twice."),
    )
)
DOCUMENT_LOCKED = register(
    Kind(
        code="case.document_locked",
        title=_("A file could not be taken"),
        text=_("A file that you added to a case cannot be opened. Look there why."),
    )
)
KEEP_OUT_ASKED = register(
    Kind(
        code="case.keep_out",
        title=_("A client asked something about access"),
        text=_("A client named someone who may not see their case. Open it and find out who that is."),
        priority=3,
    )
)
OUTSIDE_TRACK = register(
    Kind(
        code="case.outside_track",
        title=_("A conversation beyond the limit took place"),
        text=_("A worker recorded a conversation outside the track. Talk with them about what comes next."),
    )
)
STANDS_IN = register(
    Kind(
        code="case.stands_in",
        title=_("You stand in for a colleague"),
        text=_("{name} is away from {first} until and including {last}. In those days you see the work too."),
    )
)
HANDED_BACK = register(
    Kind(
        code="case.handed_back",
        title=_("A worker gave a case back"),
        text=_("A case is at the desk again. Open it to see why, and look for another way."),
        priority=2,
    )
)
CALL_BACK_SOON = register(
    Kind(
        code="call_back.soon",
        title=_("Someone is to be called"),
        text=_("Somebody expects a call, or is to be reached another way. Open the list and choose who does it."),
        priority=2,
    )
)
CALL_BACK_MISSED = register(
    Kind(
        code="call_back.missed",
        title=_("Someone was not called in time"),
        text=_("Somebody expected a call and did not get one. Open the list and make sure that it still happens."),
        priority=2,
    )
)
CALL_BACK_USED_UP = register(
    Kind(
        code="call_back.used_up",
        title=_("Three attempts were made to call someone"),
        text=_("Open the list and decide whether anybody calls once more."),
        priority=3,
    )
)
MISSED_CALL = register(
    Kind(
        code="call_back.phone",
        title=_("Someone called the after-hours line"),
        text=_("Nobody could answer. Open the list and call back."),
        priority=1,
    )
)


def tell_client(case: Case, *, occasion: str, at: dt.datetime) -> None:
    """There is news on the client's page: by mail where their answers allow it, and in the inbox of their account."""
    mail_client(
        CLIENT_NEWS, about=case.pk, occasion=occasion, language=case.person.language, path=reverse("follow"), at=at
    )
    if case.person.user is not None:
        tell_user(
            CLIENT_NEWS, case.person.user, about=case.pk, occasion=occasion, at=at,
            path=reverse("my_case", args=[case.reference]), channels=(Channel.INBOX,),
        )  # fmt: skip


def tell_both(mediation: Mediation, *, occasion: str, at: dt.datetime) -> None:
    """The two who talk hear the same, in one transaction. Where no mail may go the leader tells it; see
    cases/mediation_door.reachable."""
    case, about = mediation.case, f"{mediation.pk}:{occasion}"
    language = case.person.language
    mail_client(TALK_NEWS_CLIENT, about=case.pk, occasion=about, language=language, path=reverse("follow"), at=at)
    mail_stranger(TALK_NEWS_OTHER, about=mediation.pk, occasion=occasion, language=language, at=at)
    if case.person.user is not None:
        tell_user(
            CLIENT_NEWS, case.person.user, about=case.pk, occasion=about, at=at,
            path=reverse("my_mediation", args=[case.reference]), channels=(Channel.INBOX,),
        )  # fmt: skip


def tell_guests(case: Case, *, occasion: str, by: Actor, at: dt.datetime) -> None:
    """A new message, to those whom the client lets read them. The link leads to their list, which says nothing of what
    they no longer see. One query."""
    rows = CaseAccess.objects.live(at).filter(case=case, reason=AccessReason.FAMILY, scope=AccessScope.MESSAGES)
    for row in rows.exclude(user=by.user_id).select_related("user"):
        if row.user is not None:
            tell_user(GUEST_NEWS, row.user, about=case.pk, occasion=occasion, path=reverse("family"), at=at)


def tell_clients(cases: Iterable[Case], *, occasion: str, at: dt.datetime) -> None:
    """The same as ``tell_client`` for many cases, read with their person and user. Two queries."""
    letters: list[Notice] = []
    cases = list(cases)
    off = who_muted(CLIENT_NEWS, Channel.INBOX, [case.person.user for case in cases if case.person.user])
    for case in cases:
        user = case.person.user
        letters += letters_to_client(
            CLIENT_NEWS, about=case.pk, user=None if user is None or user.pk in off else user, occasion=occasion,
            language=case.person.language, paths=(reverse("follow"), reverse("my_case", args=[case.reference])), at=at,
        )  # fmt: skip
    send_all(letters)
