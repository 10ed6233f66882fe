"""Providers outside, and letters to them, as far as they are."""

import datetime as dt
from typing import Any

from accounts.actors import follower
from cases.models import Case
from referrals.directory.enums import ServiceState
from referrals.directory.indexing import index
from referrals.directory.models import Phone, Provider, Service
from referrals.letters import door, sending, writing
from referrals.letters.door import Given
from referrals.letters.enums import Field
from referrals.letters.facts import facts_about
from referrals.letters.fields import compose
from referrals.models import Letter, LetterTemplate
from tests.factories.cast import Cast

QUESTION = "Kunt u hem helpen met zijn schulden?"
COVERS = (Field.NAME, Field.PHONE, Field.SUMMARY, Field.QUESTION)


def make_service(name: str = "Schuldhulp Zuid", *, email: str = "post@schuldhulp.example", **fields: Any) -> Service:
    """A service that can be found, of a provider with a number."""
    provider = Provider.objects.create(name=f"Stichting {name}")
    service = Service.objects.create(
        provider=provider, name_nl=name, email=email, state=ServiceState.SHOWN, **fields
    )  # fmt: skip
    Phone.objects.create(provider=provider, number="+31 20 555 01 00")
    index([service.pk])
    return service


def words_of(
    cast: Cast,
    case: Case,
    service: Service,
    covers: tuple[str, ...] = COVERS,
    language: str = "nl",
    *,
    who: str = "bram",
) -> str:
    """The letter as the worker looks at it before they ask."""
    known = facts_about(case, service, question=QUESTION, language=language, by=cast.actor(who), at=cast.at)
    return compose(LetterTemplate.objects.get(name_nl="Verwijzing").text_in(language), known, covers).text


def make_letter(cast: Cast, case: Case, service: Service | None = None, *, who: str = "bram", **wish: Any) -> Letter:
    """One that waits for the client's yes."""
    to, by = service or make_service(), cast.actor(who)
    covers, language = wish.pop("covers", COVERS), wish.pop("language", "nl")
    asked: dict[str, Any] = {
        "language": language, "question": QUESTION, "covers": covers, "reason": "Dichtbij, en zonder wachttijd.",
        "seen": writing.print_of(words_of(cast, case, to, covers, language, who=who)), "by": by, "at": cast.at,
    }  # fmt: skip
    return writing.write(case, to, LetterTemplate.objects.get(name_nl="Verwijzing"), **{**asked, **wish})


def make_approved(cast: Cast, case: Case, service: Service | None = None) -> Letter:
    """One that the client said yes to, as it is."""
    letter = make_letter(cast, case, service)
    seen = writing.print_of(str(letter.text))
    return writing.approve(letter, covers=letter.covers, seen=seen, by=follower(case.pk), at=cast.at)


def make_given(cast: Cast, case: Case, service: Service | None = None, *, at: dt.datetime | None = None) -> Given:
    """One that went by link, with its code."""
    return door.give_link(make_approved(cast, case, service), mail=True, by=cast.actor("bram"), at=at or cast.at)


def make_on_paper(cast: Cast, case: Case, service: Service | None = None) -> Letter:
    return sending.send_on_paper(make_approved(cast, case, service), by=cast.actor("bram"), at=cast.at)
