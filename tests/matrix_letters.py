"""A letter to a provider outside in the permission matrix: of Bram's active case, by the real verbs, and answered."""

import uuid

from cases.models import Case
from referrals.directory.indexing import index
from referrals.directory.models import Phone, Provider, Service
from referrals.letters import door, facts, writing
from referrals.letters.enums import Field, LetterState
from referrals.letters.fields import compose
from referrals.models import Letter, LetterTemplate
from tests.factories.letters import make_service
from tests.matrix_words import HOUR, Matrix, canary
from tests.world import MOMENT

STAGE = "active"
COVERS = (Field.NAME, Field.SUMMARY, Field.QUESTION)


def with_letter(matrix: Matrix) -> None:
    """What is sealed in it is not what the directory says afterwards: that anyone may read."""
    case, at, bram = Case.objects.get(pk=matrix.cases[STAGE].pk), MOMENT - HOUR, matrix.by("bram")
    service = make_service(canary("letterto", STAGE), email=f"{canary('letteremail', STAGE)}@hulp.example")
    Phone.objects.filter(provider=service.provider).update(number=canary("letterphone", STAGE))
    template = LetterTemplate(
        name_nl="", text_nl=f"{canary('lettertemplate', STAGE)}\n{{name}}\n{{summary}}\n{{question}}"
    )
    question = canary("letterasked", STAGE)
    known = facts.facts_about(case, service, question=question, language="nl", by=bram, at=at)
    seen = writing.print_of(compose(template.text_nl, known, COVERS).text)
    made = writing.write(
        case, service, template, language="nl", question=question, covers=COVERS, seen=seen,
        reason=canary("letterwhy", STAGE), by=bram, at=at, by_phone=True,
    )  # fmt: skip
    given = door.give_link(made, mail=True, by=bram, at=at)
    door.answer(given.letter, LetterState.ACCEPTED, note=canary("letterback", STAGE), at=at)
    Phone.objects.filter(provider=service.provider).update(number="")
    Provider.objects.filter(pk=service.provider_id).update(name="Hulp buiten")
    Service.objects.filter(pk=service.pk).update(name_nl="Hulp buiten", email="")
    index([service.pk])


def letter_of(matrix: Matrix, stage: str) -> uuid.UUID:
    """The id of the letter of that case; of none when it has none."""
    found = Letter.objects.filter(case=matrix.cases[stage]).first()
    return found.pk if found else uuid.UUID(int=1)


def link(_matrix: Matrix, _stage: str) -> list[str]:
    """The real one: without the code it says nothing to anybody."""
    return [door.link_of(Letter.objects.get())]
