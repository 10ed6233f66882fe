"""The organisation as sheets: which rows a coordinator edits, in which form, and what a list shows."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Model, QuerySet
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import duty
from accounts.forms import organisation as forms
from accounts.forms.base import PortalModelForm
from accounts.models import (
    Closure,
    Helpline,
    Location,
    OpeningHours,
    PhoneLine,
    Region,
    ServiceBranch,
    Shift,
    Team,
    Unit,
)
from accounts.roles import ORGANISATION_EDIT, ROUTING_EDIT
from cases.forms.incidents import ItemForm, TermForm
from cases.forms.keywords import KeywordForm
from cases.forms.notes import NoteTemplateForm
from cases.forms.tags import TagForm
from cases.models import ComplaintTerm, IncidentListItem, Keyword, NoteTemplate, Tag
from desk.reach_sheets import REACH_SHEETS
from referrals.forms.letters import LetterTemplateForm
from referrals.models import LetterTemplate

Cell = Callable[[Any], Any]


@dataclass(frozen=True)
class Sheet:
    """One kind of row. ``columns`` are (heading, value of a row); ``search`` names the fields that are searched."""

    slug: str
    model: type[Model]
    form: type[PortalModelForm]
    title: Any
    intro: Any
    add: Any
    icon: str
    columns: tuple[tuple[Any, Cell], ...]
    related: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    removable: bool = False
    prepare: Callable[[Any, dt.datetime], QuerySet[Any]] | None = None  # what a cell needs from other tables
    permission: str = ORGANISATION_EDIT
    links: tuple[tuple[str, Any], ...] = ()  # pages that belong to it, by URL name

    def rows(self, at: dt.datetime) -> QuerySet[Any]:
        """All rows in the order of the list, with what a row needs."""
        rows: QuerySet[Any] = self.model._default_manager.all()
        if self.related:
            rows = rows.select_related(*self.related)
        if self.prepare:
            rows = self.prepare(rows, at)
        return rows.order_by(*self.order) if self.order else rows


def is_stale(checked_on: dt.date, today: dt.date) -> bool:
    """A number nobody checked for a quarter of a year may be wrong, and a wrong one is not harmless (UX 1.6)."""
    return (today - checked_on).days > settings.CHECKED_ON_WARNING_DAYS


def _who(shift: Any) -> str:
    """Whose shift it is, and whether it counts."""
    return str(shift.user) if shift.stands else gettext("%(name)s (no longer in this team)") % {"name": shift.user}


CODE: tuple[Any, Cell] = (_("Code"), lambda row: row.code)
SHEETS: dict[str, Sheet] = {
    sheet.slug: sheet
    for sheet in (
        Sheet(
            "units",
            Unit,
            forms.UnitForm,
            _("Units"),
            _("The tree of units. The own unit decides who helps."),
            _("Add a unit"),
            "signpost-split",
            (
                (_("Name"), lambda row: row.name),
                CODE,
                (_("Service branch"), lambda row: row.branch),
                (_("Part of"), lambda row: row.parent or "–"),
                (_("Location"), lambda row: row.location or "–"),
                (_("Region"), lambda row: row.region or "–"),
            ),
            related=("branch", "parent", "location", "region"),
            order=("name",),
            search=("name", "code"),
        ),
        Sheet(
            "branches",
            ServiceBranch,
            forms.BranchForm,
            _("Service branches"),
            _("Names change; give them dates."),
            _("Add a service branch"),
            "flag",
            ((_("Name"), str), CODE, (_("Valid from"), lambda row: row.valid_from or "–")),
            order=("name_nl",),
        ),
        Sheet(
            "locations",
            Location,
            forms.LocationForm,
            _("Locations"),
            _("Where units are."),
            _("Add a location"),
            "geo-alt",
            (
                (_("Name"), lambda row: row.name),
                CODE,
                (_("Town"), lambda row: row.town or "–"),
                (_("Region"), lambda row: row.region),
            ),
            related=("region",),
            order=("name",),
            search=("name", "town", "code"),
        ),
        Sheet(
            "regions",
            Region,
            forms.RegionForm,
            _("Regions"),
            _("The way back when no unit or location matches."),
            _("Add a region"),
            "compass",
            ((_("Name"), str), CODE),
            order=("name_nl",),
        ),
        Sheet(
            "teams",
            Team,
            forms.TeamForm,
            _("Teams"),
            _("The desk, the after-hours line, regional teams and others."),
            _("Add a team"),
            "people",
            (
                (_("Name"), str),
                CODE,
                (_("Kind"), lambda row: row.get_kind_display()),
                (_("Region"), lambda row: row.region or "–"),
            ),
            related=("region",),
            order=("name_nl",),
            search=("name_nl", "name_en", "code"),
        ),
        Sheet(
            "hours",
            OpeningHours,
            forms.OpeningHoursForm,
            _("Opening hours"),
            _("Local time. From the opening time up to, but not including, the closing time."),
            _("Add opening hours"),
            "clock",
            (
                (_("Team"), lambda row: row.team),
                (_("Channel"), lambda row: row.get_channel_display() or _("The whole team")),
                (_("Day"), lambda row: row.get_weekday_display()),
                (_("Opens"), lambda row: f"{row.opens:%H:%M}"),
                (_("Closes"), lambda row: f"{row.closes:%H:%M}"),
            ),
            related=("team",),
            order=("team__name_nl", "channel", "weekday", "opens"),
            removable=True,
        ),
        Sheet(
            "closures",
            Closure,
            forms.ClosureForm,
            _("Closed days and other hours"),
            _("Public holidays are filled in. The after-hours line is there on those days."),
            _("Add a day"),
            "calendar3",
            (
                (_("Day"), lambda row: row.day),
                (_("Reason"), lambda row: str(row)[11:]),
                (_("Hours"), lambda row: f"{row.opens:%H:%M}–{row.closes:%H:%M}" if row.opens else _("Closed")),
                (_("Team"), lambda row: row.team or _("All")),
                (_("Channel"), lambda row: row.get_channel_display() or _("All")),
            ),
            related=("team",),
            order=("day",),
            removable=True,
        ),
        Sheet(
            "shifts",
            Shift,
            forms.ShiftForm,
            _("Roster"),
            _("Who is on duty, and in which order people are called."),
            _("Add a shift"),
            "person",
            (
                (_("Team"), lambda row: row.team),
                (_("Who"), _who),
                (_("Order of calling"), lambda row: row.position),
                (_("From"), lambda row: row.starts_at),
                (pgettext_lazy("hour", "Until"), lambda row: row.ends_at),
            ),
            related=("team", "user"),
            order=("-starts_at", "team", "position"),
            search=("user__name",),
            removable=True,
            prepare=duty.with_standing,
            links=(("moment", _("Try a moment")),),
        ),
        Sheet(
            "lines",
            PhoneLine,
            forms.PhoneLineForm,
            _("Phone lines"),
            _("The numbers of the desk and the after-hours line."),
            _("Add a line"),
            "telephone",
            (
                (_("Line"), lambda row: row.get_line_display()),
                (_("Number"), lambda row: row.number),
                (_("Checked on"), lambda row: row.checked_on),
            ),
            order=("line",),
        ),
        Sheet(
            "helplines",
            Helpline,
            forms.HelplineForm,
            _("Helplines"),
            _("National numbers. Check them every 90 days."),
            _("Add a helpline"),
            "telephone-fill",
            (
                (_("Name"), lambda row: row.name),
                (_("Number"), lambda row: row.number),
                (_("For"), lambda row: row.get_need_display()),
                (_("Checked on"), lambda row: row.checked_on),
            ),
            order=("order", "code"),
        ),
        Sheet(
            "keywords",
            Keyword,
            KeywordForm,
            _("Words that raise"),
            _("Words in a story that raise the urgency. They never lower it."),
            _("Add a word"),
            "exclamation-triangle",
            (
                (_("Word or words"), lambda row: row.phrase),
                (_("Language"), lambda row: row.get_language_display()),
                (_("Raises to"), lambda row: row.get_raises_to_display()),
                (_("In use"), lambda row: _("Yes") if row.active else _("No")),
                (_("Answers for it"), lambda row: row.owner or "–"),
            ),
            order=("phrase", "language"),
            search=("phrase", "remark"),
            removable=True,
            permission=ROUTING_EDIT,
            links=(("keyword_test", _("Try them on a text")),),
        ),
        Sheet(
            "note-texts",
            NoteTemplate,
            NoteTemplateForm,
            _("Texts to begin notes with"),
            _("Headings and questions for a conversation, a phone call or the end. Who writes a note can choose one."),
            _("Add a text"),
            "journal-text",
            (
                (_("Name"), str),
                (_("Used at"), lambda row: row.get_moment_display()),
                (_("In use"), lambda row: _("Yes") if row.active else _("No")),
            ),
            order=("moment", "name_nl"),
            search=("name_nl", "name_en"),
            removable=True,
        ),
        Sheet(
            "letters",
            LetterTemplate,
            LetterTemplateForm,
            _("Letters to providers outside"),
            _("What a letter can say. Fields between braces are filled in; a letter that was written stays as it is."),
            _("Add a letter"),
            "send",
            (
                (_("Name"), str),
                (_("In use"), lambda row: _("Yes") if row.active else _("No")),
            ),
            order=("name_nl",),
            removable=True,
            permission=ROUTING_EDIT,
            links=(("letter_looks", _("Fields, and how they look")),),
        ),
        Sheet(
            "incidents",
            IncidentListItem,
            ItemForm,
            _("Lists for serious incidents"),
            _("Who informs whom, in which order. A list that runs already stays as it began."),
            _("Add a line"),
            "card-checklist",
            (
                (_("Line"), str),
                (_("Kind"), lambda row: row.get_kind_display()),
                (_("Place"), lambda row: row.place),
                (_("News goes out again"), lambda row: _("Yes") if row.releases else "–"),
            ),
            order=("kind", "place"),
            removable=True,
            permission=ROUTING_EDIT,
        ),
        Sheet(
            "terms",
            ComplaintTerm,
            TermForm,
            _("Terms of complaints"),
            _("How soon a client hears something. A complaint that runs keeps its terms."),
            _("Add a term"),
            "hourglass-split",
            ((_("Term"), lambda row: row.get_step_display()), (_("Days"), lambda row: row.days)),
            order=("step",),
            permission=ROUTING_EDIT,
        ),
        Sheet(
            "tags",
            Tag,
            TagForm,
            _("Labels"),
            _("Short words by which the desk sorts its work. They are not sealed, so never about a person."),
            _("Add a label"),
            "tags",
            (
                (_("Label"), lambda row: row.label),
                (_("In use"), lambda row: _("Yes") if row.active else _("No")),
                (_("Cases"), lambda row: row.cases),
            ),
            order=("label",),
            search=("label",),
            removable=True,
            prepare=lambda rows, at: rows.annotate(cases=Count("on_cases")),
            permission=ROUTING_EDIT,
        ),
        *(Sheet(**one) for one in REACH_SHEETS),
    )
}
