"""What the timeline says about confidentiality, the analysis, the plan and the client's summary."""

from django.utils.translation import gettext as _

from cases.enums import EntryKind
from cases.enums.plan import GoalMoment, PlanYes
from cases.telling.told import Sentence, Told


def _agreed(told: Told) -> str:
    if told.facts.get("how") == PlanYes.IN_TALK:
        return _("Client agreed to the plan, in a conversation")
    return _("Client agreed to the plan")


def _marks(told: Told) -> str:
    return _("Marks for the goals: %(moment)s") % {"moment": told.word("moment", GoalMoment)}


def _action(told: Told) -> str:
    return {
        "done": _("Something that was agreed is done"),
        "undone": _("Something that was agreed is not done yet after all"),
        "dropped": _("Something that was agreed is no longer needed"),
    }.get(str(told.facts.get("what")), _("Agreed what somebody does"))


def _explained(told: Told) -> str:
    return _("%(who)s explained confidentiality and its limits") % {"who": told.who}


STAFF: dict[str, Sentence] = {
    EntryKind.PLAN_AGREED: _agreed,
    EntryKind.GOAL_MARKS: _marks,
    EntryKind.AGREED_ACTION: _action,
}

CLIENT: dict[str, Sentence] = {
    EntryKind.EXPLAINED: _explained,
    EntryKind.ANALYSIS: lambda told: _("%(who)s wrote down what is going on") % {"who": told.who},
    EntryKind.PLAN: lambda told: _("%(who)s wrote down your plan") % {"who": told.who},
    EntryKind.PLAN_AGREED: lambda told: _("You agreed to the plan"),
    EntryKind.GOAL_MARKS: _marks,
    EntryKind.AGREED_ACTION: _action,
    EntryKind.SUMMARY_CHANGED: lambda told: _("You changed the summary"),
    EntryKind.SUMMARY_READ: lambda told: _("%(who)s read your summary") % {"who": told.who},
}
