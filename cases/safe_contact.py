"""Safe contact in words, and whether a way of reaching someone is within their wishes (UX 1.3). Writes nothing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Weekday
from cases.enums import AttemptOutcome, ContactWay
from cases.enums.whom import Gender
from cases.models import Case, ContactPreference

ICONS = {
    ContactWay.PHONE: "telephone",
    ContactWay.TEXT: "chat-dots",
    ContactWay.EMAIL: "envelope",
    ContactWay.PORTAL: "chat-left-text",
    ContactWay.VIDEO: "camera-video",
    ContactWay.VISIT: "geo-alt",
}

WOULD_RATHER: dict[str, Promise] = {
    Gender.WOMAN: gettext_lazy("Would rather talk with a woman"),
    Gender.MAN: gettext_lazy("Would rather talk with a man"),
}


@dataclass(frozen=True)
class Rule:
    """One wish of the client, for the violet strip."""

    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """What may be done to reach someone, as plain values for a list. Where nothing was answered (NULL) nothing may."""

    channels: Sequence[str] | None
    window_from: dt.time | None
    window_until: dt.time | None
    weekdays: Sequence[int] | None
    may_leave_voicemail: bool | None
    may_identify: bool | None
    safe_to_text: bool | None
    safe_to_email: bool | None


def wishes_of(case: Case) -> ContactPreference:
    """The client's answers; when there are none, the answers that give nothing away. Unsaved in that case."""
    return getattr(case.person, "contact", None) or ContactPreference(person=case.person)


def is_sensitive(wishes: ContactPreference | Wishes) -> bool:
    """Nothing at all is allowed: the tag in lists and in the strip of a case, used sparingly."""
    return not (wishes.may_leave_voicemail or wishes.may_identify or wishes.safe_to_text or wishes.safe_to_email)


def rules(wishes: ContactPreference) -> list[Rule]:
    """The wishes as sentences, what to avoid last so that it is read last."""
    lines = [Rule(ICONS[ContactWay(way)], str(ContactWay(way).label)) for way in wishes.channels if way in ICONS]
    if when := window_words(wishes):
        lines.append(Rule("clock", when))
    if wishes.contact_person:
        lines.append(Rule("person", _("Other person to call: %(who)s") % {"who": wishes.contact_person}))
    if wishes.spoken_language:
        lines.append(Rule("translate", _("Speaks %(language)s") % {"language": wishes.spoken_language}))
    if words := WOULD_RATHER.get(wishes.talks_with):
        lines.append(Rule("person", str(words)))
    if wishes.accessibility_needs:
        lines.append(Rule("info-circle", str(wishes.accessibility_needs)))
    lines.append(
        Rule("volume-up", _("A voice message is fine"))
        if wishes.may_leave_voicemail
        else Rule("mic-mute", _("Leave no message"))
    )
    lines.append(
        Rule("person-check", _("You may say who you are"))
        if wishes.may_identify
        else Rule("incognito", _("Do not say who you are to someone else"))
    )
    if not wishes.safe_to_text and not wishes.safe_to_email:
        lines.append(Rule("envelope", _("No text messages and no e-mail")))
    elif not wishes.safe_to_text:
        lines.append(Rule("envelope", _("No text messages")))
    elif not wishes.safe_to_email:
        lines.append(Rule("envelope", _("No e-mail")))
    return lines


def window_words(wishes: ContactPreference | Wishes) -> str:
    """When to call, such as "Call Mon, Tue 10:00–12:00"; empty when any time will do."""
    days = ", ".join(str(Weekday(day).label) for day in sorted(wishes.weekdays or ()))
    start = f"{wishes.window_from:%H:%M}" if wishes.window_from else ""
    end = f"{wishes.window_until:%H:%M}" if wishes.window_until else ""
    if start and end:
        hours = f"{start}–{end}"
    elif start:
        hours = _("from %(time)s") % {"time": start}
    else:
        hours = _("until %(time)s") % {"time": end} if end else ""
    words = " ".join(part for part in (days, hours) if part)
    return _("Call %(when)s") % {"when": words} if words else ""


def against(wishes: ContactPreference, way: str, at: dt.datetime) -> list[str]:
    """Why reaching the client this way at ``at`` is outside their wishes; empty when it is within them."""
    reasons = []
    if wishes.channels and way not in wishes.channels:
        reasons.append(_("The client did not choose “%(way)s”.") % {"way": ContactWay(way).label})
    if way == ContactWay.TEXT and not wishes.safe_to_text:
        reasons.append(_("A text message is not safe."))
    if way == ContactWay.EMAIL and not wishes.safe_to_email:
        reasons.append(_("An e-mail is not safe."))
    if way in {ContactWay.PHONE, ContactWay.VIDEO} and not _within_window(wishes, at):
        reasons.append(_("It is outside the hours the client gave."))
    return reasons


def chosen_first(wishes: ContactPreference, ways: Sequence[ContactWay]) -> ContactWay:
    """The first of these ways that the client chose; the first of all when they chose none of them."""
    return next((way for way in ways if way in wishes.channels), ways[0])


def forbids(wishes: ContactPreference, outcome: str) -> bool:
    """Whether this outcome may not happen at all, with or without a reason."""
    return outcome == AttemptOutcome.VOICEMAIL and not wishes.may_leave_voicemail


def not_by_phone(wishes: ContactPreference) -> bool:
    """Whether the client chose ways to be reached, and the telephone is none of them."""
    return bool(wishes.channels) and ContactWay.PHONE not in wishes.channels


def same(one: ContactPreference, other: ContactPreference) -> bool:
    """Whether both say the same about ways, hours and what may be given away. Opens nothing that is sealed."""
    names = [name for name in Wishes.__dataclass_fields__ if name not in {"channels", "weekdays"}]
    lists = all(set(getattr(one, name)) == set(getattr(other, name)) for name in ("channels", "weekdays"))
    return lists and all(getattr(one, name) == getattr(other, name) for name in names)


def _within_window(wishes: ContactPreference, at: dt.datetime) -> bool:
    """Local time; an end before the start runs past midnight."""
    here = timezone.localtime(at)
    if wishes.weekdays and here.isoweekday() not in wishes.weekdays:
        return False
    start = wishes.window_from or dt.time.min
    end = wishes.window_until or dt.time.max
    clock = here.time()
    return start <= clock < end if start <= end else clock >= start or clock < end
