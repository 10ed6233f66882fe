"""The routing rules of the demo: a second version with a rule of its own, and a draft that is not published yet."""

import datetime as dt

from accounts.actors import actor_for
from desk.demo.organisation import Organisation
from referrals import rules
from referrals.routing import Rule


def fill(made: Organisation, at: dt.datetime) -> None:
    """Els, the coordinator, published one and is busy with the next."""
    els, day = actor_for(made.users["els"], at), at.date()
    buyers = Rule(
        code="purchasing", order=0, to="REGIONAL_DIRECT",
        conditions={"unit": [str(made.units["inkoop"].pk)], "topics": ["work.absence_return"]},
        because_nl="De afdeling Inkoop werkt samen met een vaste maatschappelijk werker bij terugkeer naar werk.",
        because_en="Purchasing works with one social worker when people come back to work.",
        valid_from=day, owner="Els, coördinator", review_on=day + dt.timedelta(days=180),
    )  # fmt: skip
    nights = Rule(
        code="conflict-at-night", order=0, to="REGIONAL_DIRECT",
        conditions={"topics": ["work.conflict"], "hours": ["closed"]},
        because_nl="Een ruzie op het werk die ’s avonds binnenkomt, gaat de volgende dag naar de eigen werker.",
        because_en="A conflict at work that comes in after hours goes to their own worker the next day.",
        valid_from=day, owner="Els, coördinator", review_on=day + dt.timedelta(days=90),
    )  # fmt: skip
    for rule, publishes in ((buyers, True), (nights, False)):
        revision = rules.begin(by=els, at=at).revision
        draft = rules.save_rule(rule, code="", revision=revision, by=els, at=at)
        if publishes:
            rules.publish(revision=draft.revision, reason="Afspraak met de afdeling Inkoop.", by=els, at=at)
