"""The hand-overs of the permission matrix that a worker begins: advice that is asked and given, a case given away."""

import datetime as dt
from uuid import UUID

from cases.models import Case
from referrals import actions as referrals
from referrals import asking, overriding, travelling
from referrals.enums import HandOver, MatchStep
from referrals.matching import Candidate
from referrals.models import Referral, Travelling
from tests.matrix_words import DAY, DIRECT, HOUR, Matrix, canary
from tests.world import MOMENT


def hand_over(matrix: Matrix) -> None:
    """Ruben reads along in one case; in another the client is asked. Karin is asked to take the first over."""
    read = _ask(matrix, "active", HandOver.CONSULTATION, to=("ruben", "smt-90"))
    referrals.accept(read, read=True, by=matrix.by("ruben"), at=MOMENT - HOUR)
    _ask(matrix, "accepted", HandOver.CONSULTATION, to=("ruben", "smt-90"), by_phone=False)
    second = _ask(matrix, "active", HandOver.TRANSFER, to=("karin", "regional-noord"))
    referrals.agree(second, by=matrix.by("els"), at=MOMENT - HOUR)
    _without_a_yes(matrix, "triage")
    for name, stage in (("ilse", "active"), ("karin", "triage")):
        why = canary("askedwhy", stage)
        asking.ask(matrix.cases[stage].reference, why, by=matrix.by(name), at=MOMENT - HOUR)


def _without_a_yes(matrix: Matrix, stage: str) -> None:
    """Passed on before the client answered, and taken back again."""
    case, at = Case.objects.select_related("data_key").get(pk=matrix.cases[stage].pk), MOMENT - 2 * HOUR
    to = Candidate(MatchStep.CHOSEN, "", matrix.made.teams["regional-west"], matrix.made.users["ilse"])
    about = canary("overriddenabout", stage)
    sent = referrals.propose(case, to, destination=DIRECT, summary=about, by=matrix.by("samira"), at=at)
    words = {"reason": canary("overriddenwhy", stage), "untold": canary("untoldwhy", stage)}
    overriding.override(sent, **words, by=matrix.by("els"), at=at)
    referrals.withdraw(sent, by=matrix.by("samira"), at=at)


def way(matrix: Matrix, stage: str) -> Referral | None:
    """The consultation of that case."""
    return Referral.objects.filter(case=matrix.cases[stage], kind=HandOver.CONSULTATION).first()


def request(matrix: Matrix, stage: str) -> UUID:
    """Of a colleague who asks for that case; of none when nobody does."""
    found = Referral.objects.filter(case=matrix.cases[stage], kind=HandOver.REQUEST).first()
    return found.pk if found else UUID(int=1)


def file(matrix: Matrix, stage: str) -> int:
    """The document that travels with it; a number of none when nothing does."""
    found = Travelling.objects.filter(referral__case=matrix.cases[stage], document__isnull=False).first()
    return found.pk if found else 1


def _ask(
    matrix: Matrix, stage: str, kind: HandOver, *, to: tuple[str, str], by_phone: bool = True,
    at: dt.datetime = MOMENT - 2 * HOUR,
) -> Referral:  # fmt: skip
    case = Case.objects.select_related("data_key").get(pk=matrix.cases[stage].pk)
    name, team = to
    consults = kind == HandOver.CONSULTATION
    terms = referrals.Terms(
        kind, canary("advicewhy" if consults else "transferwhy", stage),
        tuple(item.key for item in travelling.to_choose(case) if "intern" not in item.title) if consults else (),
        ends_at=MOMENT + DAY if consults else None, share_contact=not consults,
    )  # fmt: skip
    return referrals.propose(
        case, Candidate(MatchStep.CHOSEN, "", matrix.made.teams[team], matrix.made.users[name]), destination=DIRECT,
        summary=canary("adviceabout" if consults else "transferabout", stage), by=matrix.by("bram"), at=at,
        by_phone=by_phone, terms=terms,
    )  # fmt: skip
