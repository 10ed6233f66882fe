"""Where a case can go, and what each place means: who answers, what may travel at most, who has it then. One table.

The pages show it, the verbs of a hand-over keep to it. Nothing here is about one client; all of it is code a manager
can read. Who exactly answers is data: teams, memberships, the roles of the Social Medical Team.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role, TeamKind
from cases.moves import NotNow
from referrals.enums import Destination, Travel

ALL = (Travel.SUMMARY, Travel.CONTACT, Travel.NOTES, Travel.DOCUMENTS)
A_QUESTION = 300
"""So many characters hold a question, and not a story."""


@dataclass(frozen=True)
class Rule:
    """One kind of destination.

    ``teams`` are the kinds of team in which it is answered, the wanted one first, by members in one of ``roles``;
    without roles nobody gets anything here. ``travels`` is the most that may go along. With ``moves`` the case is
    theirs once they accept; otherwise they are only asked beside whoever has it. ``longest`` is the most characters
    of the summary, ``reason`` what has to be written down to choose it.
    """

    code: Destination
    about: Any
    client_reads: Any
    planner: Any
    teams: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    travels: tuple[Travel, ...] = ()
    moves: bool = False
    longest: int = 0
    reason: Any = ""
    limit: Any = ""

    @property
    def label(self) -> str:
        return str(self.code.label)

    @property
    def travels_words(self) -> str:
        """What may go along, in words."""
        said = ", ".join(str(one.label) for one in self.travels) if self.travels else _("Nothing.")
        return said if not self.travels else f"{said[:1].upper()}{said[1:]}."

    @property
    def ownership(self) -> str:
        """Who has the case afterwards, in words."""
        if self.moves:
            return _("Who accepts. Until then the desk stays responsible.")
        return _("It stays where it is.")


WORKERS = (Role.REGIONAL_WORKER, Role.SPECIALIST)
_THEY_PLAN = gettext_lazy("The worker, with the client; or the desk for them.")
_CLIENT_PLANS = gettext_lazy("The client, if and when they want.")

TABLE: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule(
            Destination.REGIONAL_DIRECT,
            gettext_lazy("The social worker of the client's own unit, or the nearest one."),
            gettext_lazy("Your own social worker helps you."),
            _THEY_PLAN,
            teams=(TeamKind.REGIONAL,), roles=WORKERS, travels=ALL, moves=True,
        ),
        Rule(
            Destination.OTHER_REGION,
            gettext_lazy("Somebody of a team that does not serve this unit, for a good reason."),
            gettext_lazy("A social worker of another region helps you."),
            _THEY_PLAN,
            teams=(TeamKind.REGIONAL,), roles=WORKERS, travels=ALL, moves=True,
            reason=gettext_lazy("Write down why it goes outside the own region."),
        ),
        Rule(
            Destination.SMT,
            gettext_lazy("The team that goes along on the mission of the client's unit. Choose one of its people."),
            gettext_lazy("The Social Medical Team of your unit helps you."),
            _THEY_PLAN,
            teams=(TeamKind.SMT, TeamKind.BIU),
            roles=(
                Role.SMT_SOCIAL_WORKER, Role.SMT_DOCTOR, Role.SMT_HR_OFFICER, Role.SPECIALIST, Role.REGIONAL_WORKER,
                Role.BIU_WORKER,
            ),
            travels=ALL, moves=True,
            limit=gettext_lazy("Who of the team gets a file is arranged by the coordinator; a chaplain never does."),
        ),
        Rule(
            Destination.BIU,
            gettext_lazy("For questions and problems on a small or individual deployment."),
            gettext_lazy("The office for individual deployments helps you."),
            _THEY_PLAN,
            teams=(TeamKind.BIU,), roles=(Role.BIU_WORKER, Role.SPECIALIST), travels=ALL, moves=True,
        ),
        Rule(
            Destination.COACH,
            gettext_lazy("For a coaching track. Only who was looked up in a register less than a year ago."),
            gettext_lazy("A coach helps you. We checked their registration."),
            _THEY_PLAN,
            teams=(TeamKind.SPECIALISTS, TeamKind.REGIONAL), roles=(Role.COACH,),
            travels=(Travel.SUMMARY, Travel.CONTACT), moves=True,
            limit=gettext_lazy("The file opens when the coach has said yes, as for any next worker."),
        ),
        Rule(
            Destination.CHAPLAIN,
            gettext_lazy("A listening ear, day and night. The client gets the ways to reach one."),
            gettext_lazy("You get the ways to reach a chaplain. Nothing of your story travels along."),
            _CLIENT_PLANS,
            teams=(TeamKind.CHAPLAINCY,),
            limit=gettext_lazy("We keep only that the client chose a chaplain."),
        ),
        Rule(
            Destination.COMPANY_DOCTOR,
            gettext_lazy("Advises about work and illness. The client calls; a worker can ask a question."),
            gettext_lazy("You get the way to reach the company doctor. Your story does not go along."),
            _CLIENT_PLANS,
            teams=(TeamKind.SPECIALISTS,), roles=(Role.COMPANY_DOCTOR,),
            travels=(Travel.SUMMARY, Travel.CONTACT), longest=A_QUESTION,
            limit=gettext_lazy("A question, not the story. The client tells the story, if they want to."),
        ),
        Rule(
            Destination.REINTEGRATION,
            gettext_lazy("Helps with going back to work. The client calls; a worker can ask a question."),
            gettext_lazy("You get the way to reach the reintegration adviser. Your story does not go along."),
            _CLIENT_PLANS,
            teams=(TeamKind.SPECIALISTS,), roles=(Role.REINTEGRATION,),
            travels=(Travel.SUMMARY, Travel.CONTACT), longest=A_QUESTION,
            limit=gettext_lazy("What someone can and cannot do at work, never what they have."),
        ),
        Rule(
            Destination.PREVENTION_OFFICER,
            gettext_lazy("Works on what makes people ill at work. Hears a signal, never about a person."),
            gettext_lazy("We tell the prevention officer nothing about you."),
            gettext_lazy("Nobody: there is no client in a signal."),
            limit=gettext_lazy("No name, no unit of less than ten people, no story."),
        ),
        Rule(
            Destination.OUTSIDE,
            gettext_lazy("Somebody of the directory of outside help, by letter."),
            gettext_lazy("You read the letter before it goes. Nothing else goes along."),
            _CLIENT_PLANS,
            travels=(Travel.SUMMARY, Travel.CONTACT),
        ),
    )
}  # fmt: skip
"""In the order of the page. The desk itself, a return interview and advice to a commander are no hand-over."""

SHOWN = tuple(code for code in TABLE if code != Destination.OUTSIDE)
"""Kinds to choose between on the page that passes a case on; a letter has a page of its own."""

HANDED_OVER = tuple(code for code, rule in TABLE.items() if rule.moves)
"""Where a case can be handed on to."""


def rule_of(code: str) -> Rule:
    """The row of a destination. Raises NotNow for one to which nothing can be passed on."""
    found = TABLE.get(code)
    if found is None:
        raise NotNow(_("Nothing can be passed on there."))
    return found


def answering(code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The kinds of team that answer there, the wanted kind first, and the roles; of the last kind any team will do.
    For the desk itself and whatever is no hand-over: those of the own region."""
    rule = TABLE.get(code)
    if rule is None or not rule.moves:
        rule = TABLE[Destination.REGIONAL_DIRECT]
    return rule.teams, rule.roles


def answered_by(roles: Iterable[str]) -> frozenset[str]:
    """Kinds of destination at which somebody with one of these roles answers; also where only a question goes."""
    mine = set(roles)
    return frozenset(code for code, rule in TABLE.items() if mine & set(rule.roles))


def roles_at(code: str) -> tuple[str, ...]:
    """Who answers there, and nobody else; nobody at all where nothing can be passed on."""
    rule = TABLE.get(code)
    return rule.roles if rule else ()


def must_take(code: str) -> Rule:
    """The row of a destination to which the case itself may go; raises NotNow for all others."""
    rule = rule_of(code)
    if not rule.moves:
        raise NotNow(_("No case goes to: %(to)s. Give the client the way to reach them.") % {"to": rule.label})
    return rule


def must_allow(code: str, things: Iterable[Travel], words: str = "") -> None:
    """Raises NotNow when one of ``things`` may not travel there, or ``words`` say more than may be said."""
    rule = rule_of(code)
    _must_be_among(rule.label, things, rule.travels)
    if rule.longest:
        _must_be_short(rule.label, words, rule.longest)


def must_be_a_question(to: str, things: Iterable[Travel], words: str) -> None:
    """The same for somebody to whom only a question goes, with the ways to reach the client. Raises NotNow."""
    _must_be_among(to, things, (Travel.SUMMARY, Travel.CONTACT))
    _must_be_short(to, words, A_QUESTION)


def _must_be_among(to: str, things: Iterable[Travel], most: tuple[Travel, ...]) -> None:
    if more := [str(one.label) for one in things if one not in most]:
        raise NotNow(_("This does not travel to %(to)s: %(what)s.") % {"to": to, "what": ", ".join(more)})


def _must_be_short(to: str, words: str, longest: int) -> None:
    if len(words) > longest:
        raise NotNow(
            _("Only a question goes to %(to)s, of at most %(most)d characters. The story the client tells.")
            % {"to": to, "most": longest}
        )
