"""What a letter says of a case, and the letters there are. Reads only."""

import datetime as dt
from collections.abc import Collection
from copy import copy

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import Line
from accounts.forms.phone import as_written
from accounts.models import PhoneLine
from cases import safe_contact
from cases.enums import Language
from cases.models import Case, ContactPreference
from referrals.directory.models import Service
from referrals.letters.enums import ABOUT_CLIENT, Field, LetterState
from referrals.letters.fields import Composed, compose
from referrals.models.letters import Letter, LetterTemplate


def of_case(case: Case) -> list[Letter]:
    """Every letter of a case, the latest first, with the case itself. One query."""
    rows = Letter.objects.filter(case=case).select_related("by", "yes_recorded_by", "answered_by")
    found = list(rows.order_by("-written_at"))
    for row in found:
        row.case = case  # its key is at hand
    return found


def asked_of_case() -> dict[str, Exists]:
    """For the client's page: whether there are letters, and whether one waits for their yes."""
    rows = Letter.objects.filter(case=OuterRef("pk"))
    return {"has_letters": Exists(rows), "letter_waits": Exists(rows.filter(state=LetterState.ASKED))}


def facts_about(
    case: Case, service: Service, *, question: str, language: str, by: Actor, at: dt.datetime
) -> dict[str, str]:
    """What each field says for this case, in the language of the letter. What is not known is empty."""
    wishes, person = safe_contact.wishes_of(case), case.person
    line = PhoneLine.objects.filter(line=Line.DESK).first()
    with translation.override(language):
        desk = _("Support desk of %(organisation)s") % {"organisation": settings.ORGANISATION_NAME[language]}
        known = {
            Field.PROVIDER: service.provider.name if service.provider else str(service.name),
            Field.SERVICE: str(service.name),
            Field.DATE: date_format(timezone.localdate(at), "j F Y"),
            Field.DESK: desk,
            Field.DESK_PHONE: line.number if line else "",
            Field.WORKER: by.name,
            Field.REFERENCE: case.reference,
            Field.NAME: str(person.name),
            Field.PHONE: as_written(person.phone),
            Field.EMAIL: str(person.email),
            Field.REACH: "; ".join(rule.text for rule in safe_contact.rules(_without_others(wishes))),
            Field.LANGUAGE: str(wishes.spoken_language),
            Field.SUMMARY: str(case.summary),
            Field.QUESTION: question.strip(),
        }
    return {str(field): text.strip() for field, text in known.items()}


def _without_others(wishes: ContactPreference) -> ContactPreference:
    """Without whom else to call: that is somebody else."""
    own = copy(wishes)
    own.contact_person = ""
    return own


def composed(letter: Letter, covers: Collection[str] | None = None) -> Composed:
    """The letter in words, with other fields than it has when ``covers`` is given."""
    return compose(str(letter.template), letter.facts, letter.covers if covers is None else covers)


def examples() -> list[tuple[LetterTemplate, list[tuple[str, Composed]]]]:
    """Each template in use, in both languages, about somebody who does not exist."""
    found = []
    for template in LetterTemplate.objects.in_use():
        shown = []
        for language in Language.values:
            with translation.override(language):
                facts = {field.value: str(field.label) for field in Field}
            facts |= {Field.QUESTION.value: "…", Field.SUMMARY.value: "…"}
            shown.append((language, compose(template.text_in(language), facts, ABOUT_CLIENT)))
        found.append((template, shown))
    return found
