"""What came in another way than by the website: by phone, as a draft that was kept, and twice by one person."""

import datetime as dt
from collections.abc import Mapping

from accounts.actors import actor_for
from cases import drafts, links
from cases.models import Case
from desk import wizard
from desk.demo.organisation import Organisation

HALF: dict[str, wizard.Typed] = {
    "danger": {"danger": ["no"]},
    "requester": {"requester": ["self"]},
    "situation": {"situation": ["at_home"]},
    "unit": {"unit": [""]},
    "topics": {"topics": []},
    "story": {"story": ["Het gaat over thuis, en ik weet nog niet hoe ik het moet zeggen."]},
}
"""As far as Tom came, with a second question that he did not send yet."""


def fill(made: Organisation, cases: Mapping[str, Case | None], at: dt.datetime) -> None:
    """One person who asked twice, linked by the desk; and Tom's draft."""
    new, again, when = cases["new"], cases["more0"], at - dt.timedelta(minutes=20)
    if new and again:
        samira = actor_for(made.users["samira"], when)
        links.link(new, again, reason="Hij noemde aan de telefoon beide kenmerken.", by=samira, at=when)
    tom, kept = made.users["tom"], at - dt.timedelta(hours=20)
    state = wizard.begin(kept, HALF)
    state.done, state.step = list(HALF), "contact"
    drafts.keep(
        tom, wizard.body_of(state), submission_id=state.submission_id, language="nl", by=actor_for(tom, kept), at=kept
    )
