"""The parts of a printed file that came of working together: what was found out, the plan, and the documents."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import agreed, analysis, documents, plan
from cases.models import AgreedAction
from cases.moments import on_paper
from cases.workspace import Workspace

Lines = list[tuple[str, str]]


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


def attached(space: Workspace) -> Lines:
    """The documents by title: what is in them is not printed. What was taken away is left out."""
    return [
        (on_paper(row.added_at), f"{row.title} ({row.added_by.name if row.added_by else _('Client')})")
        for row in documents.titles_of(space.case)
    ]
