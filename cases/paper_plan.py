"""The parts of a printed file that came of working together: what was explained and found out, the plan, the documents,
talks with a group, what the employer may hear, how it ended each time, and the call afterwards."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import after_care, agreed, analysis, closing, confidentiality, debriefing, documents, outlines, plan
from cases.enums import SessionState
from cases.models import AgreedAction
from cases.moments import on_paper
from cases.workspace import Workspace

Lines = list[tuple[str, str]]


def explained(space: Workspace) -> Lines:
    """What was said about confidentiality in other words than the text, and what the client asked."""
    return [
        (
            f"{date_format(row.on, 'j F Y')}, {row.by.name}",
            "\n".join(filter(None, [str(row.words), str(row.questions)])),
        )
        for row in confidentiality.times(space.case)
    ]


def outlined(space: Workspace) -> Lines:
    """What the employer may hear of coaching, and what the client said to it, the first one first."""
    return [
        (f"{on_paper(row.asked_at)}, {row.get_moment_display()}: {row.get_state_display()}", str(row.text))
        for row in reversed(outlines.of_case(space.case))
    ]


def found_out(space: Workspace) -> Lines:
    """The analysis that counts; without the part about other people. Empty when there is none."""
    row = analysis.latest(space.case)
    if row is None:
        return []
    return [
        (_("What the client asks"), str(row.demand)),
        (_("The situation"), str(row.context)),
        (_("What goes well and what helps"), str(row.strengths)),
        (_("What can go wrong"), str(row.risk)),
    ]


def planned(space: Workspace) -> Lines:
    """The plan that counts: its goals with the client's own marks, when it ends, and what each of the two does."""
    row = plan.latest(space.case)
    if row is None:
        return []
    lines = [(_("Goal"), f"{one.goal.words}\n{one.spoken}".strip()) for one in plan.results_of(space.case, row)]
    lines.append((_("Conversations planned"), str(row.talks)))
    lines.append((_("It is enough when"), str(row.ends_when)))
    if row.agreed_at:
        lines.append((_("Client agreed"), on_paper(row.agreed_at)))
    return lines + [(one.get_who_display(), _done(one)) for one in agreed.of_case(space.case)]


def _done(one: AgreedAction) -> str:
    when = _("done") if one.done_at else date_format(one.by_day, "j F Y") if one.by_day else ""
    return f"{one.words} ({when})" if when else str(one.words)


def groups(space: Workspace) -> Lines:
    """Talks with a group. Nobody's name is kept of it but of who led them."""
    lines = []
    for row in debriefing.of_case(space.case):
        leaders = ", ".join(user.name for user in (row.led_by, row.second) if user)
        told = [str(row.incident), str(SessionState(row.state).label)]
        if row.present is not None:
            told.append(ngettext("%(n)d person", "%(n)d people", row.present) % {"n": row.present})
            told.append(_("%(n)d want a talk of their own") % {"n": row.want_own_talk or 0})
        lines.append((f"{on_paper(row.starts_at)}, {leaders}", "\n".join(filter(None, [*told, str(row.report)]))))
    return lines


def endings(space: Workspace) -> Lines:
    """How it ended, each time, the latest first: what came of every goal, in the client's words."""
    lines: Lines = []
    for row in closing.endings_of(space.case):
        lines.append((on_paper(row.at), str(row.get_outcome_display())))
        lines += [(goal["label"], goal["value"]) for goal in row.goals]
        lines += [
            (_("What was done"), str(row.note)),
            (_("What the client takes along"), str(row.takes_along)),
            (_("Went on to"), str(row.onward)),
        ]
    return lines


def called(space: Workspace) -> Lines:
    """The calls after the help had ended, for who reads the file. No query for a case that never ended."""
    if space.case.is_open and space.case.reopened_at is None:
        return []
    return [
        (on_paper(row.ended_at), "\n".join(filter(None, [str(row.get_outcome_display()), str(row.note)])))
        for row in after_care.done_of(space.case)
        if row.ended_at
    ]


def attached(space: Workspace) -> Lines:
    """The documents by title: what is in them is not printed. What was taken away is left out."""
    return [
        (on_paper(row.added_at), f"{row.title} ({row.added_by.name if row.added_by else _('Client')})")
        for row in documents.titles_of(space.case)
    ]
