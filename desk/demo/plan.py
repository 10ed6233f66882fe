"""What Tom and Bram found out and agreed on; and how far the goals came of somebody who was helped."""

import datetime as dt

from accounts.actors import actor_for, follower
from cases import agreed, analysis, confidentiality, marks, plan, reading, summaries
from cases.enums.plan import GoalMoment, Side
from cases.models import Case, Plan
from cases.models.plan import Goal
from desk.demo.organisation import Organisation

DAY = dt.timedelta(days=1)
OWN_WORDS = (
    "Ik heb al maanden ruzie met een collega. Daardoor meld ik me vaak ziek. Ik wil leren hoe ik dit bespreek. "
    "Liever geen gesprek op de afdeling zelf."
)


def fill(made: Organisation, case: Case, at: dt.datetime) -> None:
    """By the real verbs: explained, analysed, planned, agreed, and the summary in Tom's own words."""
    bram, tom = actor_for(made.users["bram"], at), actor_for(made.users["tom"], at)
    start = at - 20 * DAY
    confidentiality.explain(
        case, on=start.date(), by=bram, at=start, words="Met als voorbeeld wat de bedrijfsarts wel en niet hoort.",
        questions="Hoort mijn commandant dat ik hier ben? Nee.",
    )  # fmt: skip
    analysis.write(
        case, {
            "demand": "Weer naar het werk durven. Weten hoe je een ruzie bespreekt.",
            "context": "Sinds de reorganisatie delen twee mensen één taak. Tom meldde zich in een half jaar vijf keer "
            "ziek.",
            "strengths": "Praat er thuis over. Kan goed zeggen wat hem raakt. Sport drie keer per week.",
            "risk": "Langer ziek als het gesprek uitblijft. Geen zorgen over zijn veiligheid.",
            "others": "Zijn vrouw steunt hem. De bedrijfsarts zag hem twee keer.",
        }, number=0, by=bram, at=start,
    )  # fmt: skip
    goals = [
        Goal("", "Zonder buikpijn naar het werk"),
        Goal("", "Zelf het gesprek met mijn collega voeren"),
        Goal("", "Weten wat ik doe als het weer misgaat"),
    ]
    ends = "Als ik vier weken niet ziek ben geweest om de ruzie."
    made_plan = plan.make(case, goals, talks=5, ends_when=ends, number=0, by=bram, at=start)
    plan.agree(case, made_plan.pk, by=tom, at=start + DAY)
    _give(case, made_plan, GoalMoment.START, (3, 2, 4), at=start + DAY)
    for who, words, days in (
        (Side.CLIENT, "Opschrijven wanneer het goed gaat", -5),
        (Side.CLIENT, "Het gesprek oefenen met Fenna", 3),
        (Side.WORKER, "Uitzoeken of bemiddeling kan", 4),
    ):
        row = agreed.add(
            case, who=who, words=words, by_day=(at + days * DAY).date(), by=bram, at=at - 8 * DAY
        )  # fmt: skip
        if days < 0:
            agreed.settle(case, row.pk, done=True, by=tom, at=at - 6 * DAY)
    version = summaries.correct(case, OWN_WORDS, number=1, by=tom, at=at - 7 * DAY)
    reading.mark_read(case, version.pk, by=bram, at=at - 7 * DAY)


def finished(made: Organisation, case: Case, at: dt.datetime) -> None:
    """Two goals and how far they came, given before the end."""
    bram = actor_for(made.users["bram"], at)
    confidentiality.explain(case, on=at.date(), by=bram, at=at)
    goals = [Goal("", "Weer op tijd slapen"), Goal("", "Mijn werk afkrijgen zonder over te werken")]
    ends = "Als het thuis en op het werk weer loopt."
    made_plan = plan.make(case, goals, talks=4, ends_when=ends, number=0, by=bram, at=at)
    plan.agree(case, made_plan.pk, by=bram, at=at)
    _give(case, made_plan, GoalMoment.START, (2, 4), at=at)
    _give(case, made_plan, GoalMoment.END, (7, 8), at=at + 20 * DAY)


def afterwards(case: Case, at: dt.datetime) -> None:
    """The client gave one goal a mark once the help had ended; the call asks about the other."""
    first = plan.results_of(case)[0].goal
    marks.give(case, GoalMoment.FOLLOW_UP, {first.id: 8}, by=follower(case.pk), at=at)


def _give(case: Case, made: Plan, moment: str, given: tuple[int, ...], *, at: dt.datetime) -> None:
    marks.give(
        case, moment, {goal.id: mark for goal, mark in zip(made.goals, given, strict=True)}, by=follower(case.pk), at=at
    )  # fmt: skip
