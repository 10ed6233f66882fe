"""Letters to providers outside: one that helps, one that waits for its answer, and one that waits for Tom's yes."""

import datetime as dt
import uuid

from accounts.actors import Actor, actor_for, follower
from cases.models import Case
from desk.demo.organisation import Organisation
from desk.demo.requests import NAMESPACE
from referrals.directory import keeping
from referrals.directory.models import Need, Service
from referrals.letters import door, facts, sending, writing
from referrals.letters.enums import Field, LetterState
from referrals.letters.fields import compose
from referrals.models import Letter, LetterTemplate

DAY = dt.timedelta(days=1)
ALL = (Field.NAME, Field.PHONE, Field.REACH, Field.SUMMARY, Field.QUESTION)


def fill(made: Organisation, at: dt.datetime) -> None:
    """By the real verbs, to providers of the directory; it is filled before this where there is one."""
    debts = _service(made, "Schuldhulpverlening", "Geldloket Zandoord", "debts", at)
    talk = _service(made, "Gespreksgroep slaap en piekeren", "Praktijk De Luwte", "stress", at)
    if helped := _case("active"):
        letter = _approved(made, helped, talk, "Kan hij meedoen met de groep die in de ochtend is?", at - 9 * DAY)
        given = door.give_link(letter, mail=False, by=actor_for(made.users["bram"], at), at=at - 9 * DAY)
        opened = door.try_code(door.link_of(given.letter), given.code, at=at - 8 * DAY)
        if opened is not None:
            note = "Hij is welkom. De groep begint over twee weken."
            door.answer(opened, LetterState.ACCEPTED, note=note, at=at - 7 * DAY)
        _asked(made, helped, debts, "Kan hij bij u terecht voor een gesprek over zijn vaste lasten?", at - DAY / 8)
    if waits := _case("accepted"):
        letter = _approved(made, waits, debts, "Kunt u meekijken naar de brieven van de belasting?", at - DAY / 4)
        sending.send_on_paper(letter, by=actor_for(made.users["bram"], at), at=at - DAY / 5)


def _case(key: str) -> Case | None:
    rows = Case.objects.select_related("data_key", "person__data_key", "person__contact", "person__user")
    return rows.filter(intake__submission_id=uuid.uuid5(NAMESPACE, key)).first()


def _service(made: Organisation, name: str, provider: str, need: str, at: dt.datetime) -> Service:
    """What the directory has by this name, or else a new entry."""
    known = Service.objects.found().filter(provider__name=provider, name_nl=name).select_related("provider").first()
    if known:
        return known
    service = Service(name_nl=name, email="intake@example.org", state="shown", everywhere=True)
    needs = list(Need.objects.filter(code=need))
    by = actor_for(made.users["els"], at)
    return keeping.keep(
        service, provider=provider, needs=needs, regions=[], languages=["nl"], seen="", by=by, at=at - 40 * DAY
    )


def _asked(made: Organisation, case: Case, service: Service, question: str, at: dt.datetime) -> Letter:
    by, template = actor_for(made.users["bram"], at), LetterTemplate.objects.in_use().get(name_nl="Verwijzing")
    known = facts.facts_about(case, service, question=question, language="nl", by=by, at=at)
    seen = writing.print_of(compose(template.text_nl, known, ALL).text)
    return writing.write(
        case, service, template, language="nl", question=question, covers=ALL, seen=seen, by=by, at=at,
        reason="Dichtbij, en hij kan er snel terecht.", letter_id=uuid.uuid5(NAMESPACE, f"letter {question}"),
    )  # fmt: skip


def _approved(made: Organisation, case: Case, service: Service, question: str, at: dt.datetime) -> Letter:
    letter, client = _asked(made, case, service, question, at), _client(case, at)
    seen = writing.print_of(str(letter.text))
    return writing.approve(letter, covers=letter.covers, seen=seen, by=client, at=at)


def _client(case: Case, at: dt.datetime) -> Actor:
    return actor_for(case.person.user, at) if case.person.user else follower(case.pk)
