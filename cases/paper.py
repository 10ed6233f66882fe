"""A case on paper: its summary, or the whole file. What is printed is one list of sections, for the page and the PDF.

Never a working note, nothing that the pages of the case do not show to the same reader, and nothing about another
person: not whom the client let in or named. Of other cases only those that were put together with this one, for who
reads them too. A new part of the file joins by one line in FILE.
"""

import json
import re
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.forms.phone import as_written
from cases import joined, messages, notes, paper_plan, safe_contact, timeline, tracks
from cases.enums import CaseState, EntryKind, SessionState
from cases.moments import on_paper
from cases.topics import load_topics
from cases.workspace import Workspace

SOURCE = Path(__file__).with_name("paper.typ")
ENDLESS = re.compile(r"(\S{40})(?=\S)")
ABOUT_OTHERS = (
    EntryKind.KEEP_OUT,
    EntryKind.FIRST_CONTACT,
    EntryKind.FAMILY_INVITED,
    EntryKind.FAMILY_ACCEPTED,
    EntryKind.FAMILY_CHANGED,
    EntryKind.FAMILY_ENDED,
    EntryKind.MEDIATION,
    EntryKind.INCIDENT,
    EntryKind.BREACH,
)
"""Lines of the timeline that may name somebody else."""


@dataclass(frozen=True)
class Line:
    """``label`` says what it is, or when and by whom; ``text`` is what was written."""

    label: str
    text: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    lines: list[Line] = field(default_factory=list)
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.lines or self.text)


@dataclass(frozen=True)
class Paper:
    """What stands above every page, and the sections. Made of words only."""

    title: str
    reference: str
    head: str
    language: str
    sections: list[Section]


Part = Callable[[Workspace], Section]


def about(space: Workspace) -> Section:
    """Where it stands."""
    case, known, counter = space.case, load_topics(), space.counter
    rows = [
        (_("Reference"), case.reference),
        (_("Unit"), str(case.unit or _("Unknown"))),
        (_("Topics"), ", ".join(str(known.get(code, code)) for code in case.topics)),
        (_("Urgency"), case.get_urgency_display()),
        (_("Status"), case.get_state_display()),
        (_("Received"), on_paper(case.sent_at)),
        (_("Owner"), case.owner.name if case.owner else _("Nobody")),
        (_("Conversations"), counter.sentence if counter.counted else ""),
    ]
    if case.state == CaseState.CLOSED and case.closed_at:
        rows.append((_("Closed"), f"{on_paper(case.closed_at)}: {case.get_outcome_display()}"))
    return Section(_("About this case"), _rows(rows))


def reach(space: Workspace) -> Section:
    """Who the client is and how they want to be reached."""
    who, wishes = space.case.person, copy(safe_contact.wishes_of(space.case))
    wishes.contact_person = ""  # somebody else
    rows = [
        (_("Name"), str(who.name)),
        (_("Phone"), as_written(who.phone)),
        (_("E-mail"), str(who.email)),
        (_("Agreed"), "; ".join(rule.text for rule in safe_contact.rules(wishes))),
    ]
    return Section(_("Client"), _rows(rows))


def summary(space: Workspace) -> Section:
    """The words that the client approved."""
    return Section(_("Summary, approved by the client"), text=str(space.case.summary))


def story(space: Workspace) -> Section:
    text = str(space.case.intake.story) if space.case.is_open else ""  # as on the pages: not of a closed case
    return Section(_("The request, in the client's own words"), text=text)


def conversations(space: Workspace) -> Section:
    """Planned and held, with what became of them; not what was said."""
    lines = []
    for one in space.sessions:
        told = [SessionState(one.state).label, one.get_way_display(), _("%(n)d minutes") % {"n": one.minutes}]
        told.append("" if tracks.counts(one) else _("does not count"))
        lines.append(Line(f"{on_paper(one.starts_at)}, {one.with_user.name}", ", ".join(filter(None, map(str, told)))))
    return Section(_("Conversations"), lines)


def file_notes(space: Workspace) -> Section:
    """Only those that the client may read; working notes are not even asked for."""
    rows = reversed(notes.for_client(space.case))
    return Section(_("File notes"), [Line(f"{on_paper(row.created_at)}, {row.author.name}", row.body) for row in rows])


def letters(space: Workspace) -> Section:
    """The messages. Who the client let in is not named."""
    lines = []
    for row in messages.of_case(space.case):
        writer = row.sender.name if row.sender else _("Somebody the client let in") if row.family else _("Client")
        files = [str(one.title) for one in row.files if one.removed_at is None]  # type: ignore[attr-defined]
        along = _("Sent along: %(names)s") % {"names": ", ".join(files)} if files else ""
        words = "\n".join(filter(None, [row.body, along])) or messages.without_words()
        lines.append(Line(f"{on_paper(row.sent_at)}, {writer}", words))
    return Section(_("Messages"), lines)


def happened(space: Workspace) -> Section:
    """The timeline, the oldest first."""
    lines = [
        Line(
            ", ".join(filter(None, [on_paper(line.moment), line.by])), "\n".join(filter(None, [line.text, line.detail]))
        )
        for line in timeline.in_full(space.case, besides=ABOUT_OTHERS)
    ]
    return Section(_("What happened"), lines)


def explained(space: Workspace) -> Section:
    return Section(_("Confidentiality and its limits"), _rows(paper_plan.explained(space)))


def outlined(space: Workspace) -> Section:
    return Section(_("Outline for the employer"), _rows(paper_plan.outlined(space)))


def found_out(space: Workspace) -> Section:
    return Section(_("Problem analysis"), _rows(paper_plan.found_out(space)))


def planned(space: Workspace) -> Section:
    return Section(_("The plan"), _rows(paper_plan.planned(space)))


def attached(space: Workspace) -> Section:
    return Section(_("Documents"), _rows(paper_plan.attached(space)))


def groups(space: Workspace) -> Section:
    return Section(_("Talks with the group"), _rows(paper_plan.groups(space)))


def ended(space: Workspace) -> Section:
    return Section(_("How it ended"), _rows(paper_plan.endings(space)))


def called(space: Workspace) -> Section:
    return Section(_("The call afterwards"), _rows(paper_plan.called(space)))


SUMMARY: list[Part] = [about, reach, summary, ended]
FILE: list[Part] = [
    about,
    reach,
    summary,
    story,
    explained,
    found_out,
    planned,
    conversations,
    outlined,
    groups,
    file_notes,
    letters,
    attached,
    ended,
    called,
    happened,
]
OWN = (about, reach, story, ended, called)
"""Printed of the case itself alone."""
JOINED: list[Part] = [part for part in FILE if part not in OWN]
"""What is printed of a request that was put together with the case."""
PAPERS: dict[str, list[Part]] = {"summary": SUMMARY, "file": FILE}


def paper(space: Workspace, which: str, *, by: Actor) -> Paper:
    """The sections of ``summary`` or ``file`` that have anything, in the reader's language; writes to the audit that it
    was printed. For who reads all of it."""
    case, at = space.case, space.at
    audit.record("case.printed", by=by, at=at, case_id=case.pk, obj=case, part=which)
    head = _("Confidential. %(reference)s. Printed by %(name)s on %(moment)s.") % {
        "reference": case.reference, "name": by.name, "moment": on_paper(at),
    }  # fmt: skip
    sections = [part(space) for part in PAPERS[which]]
    for one in joined.opened(space, by, part="paper") if which == "file" else []:
        audit.record("case.printed", by=by, at=at, case_id=one.case.pk, obj=one.case, part=which)
        sections += [
            Section(f"{one.case.reference}: {section.title}", section.lines, section.text)
            for section in (part(one) for part in JOINED)
        ]
    sections = [section for section in sections if not section.is_empty]
    title = _("File of the case") if which == "file" else _("Case summary")
    return Paper(title, case.reference, head, get_language() or "nl", sections)


def pdf(made: Paper) -> bytes:
    """The same as a PDF. What people wrote goes in as data, never as a part of the program that sets it."""
    words = asdict(made)
    for section in words["sections"]:
        section["text"] = _breakable(section["text"])
        for line in section["lines"]:
            line["text"] = _breakable(line["text"])
    found: bytes = typst.compile(SOURCE.read_bytes(), sys_inputs={"paper": json.dumps(words)})
    return found


def _breakable(text: str) -> str:
    """A word without end may go on on the next line."""
    return ENDLESS.sub("\\1\u200b", text)


def _rows(rows: Iterable[tuple[Any, Any]]) -> list[Line]:
    return [Line(str(label), str(text)) for label, text in rows if text]
