"""The answers in words: for the page on which they are checked, and for what was sent."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import slots
from desk.conversation import Answers
from desk.forms.intake import Question

Row = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """Rows for components/summary_list.html under a heading."""

    code: str
    title: str
    rows: list[Row]


def sections(answers: Answers, *, change: bool) -> list[Section]:
    """Everything that will be sent, in three parts; ``change`` adds a button to each row. Only questions that apply."""
    forms = answers.forms
    about = [_chosen(forms, "danger", _("In danger now"))]
    about += [_chosen(forms, "situation", _("Situation"))]
    if "returned" in forms:
        month = forms["returned"].cleaned_data.get("returned")
        about.append(_row("returned", _("Month of return"), date_format(month, "F Y") if month else ""))
    about.append(_topics(forms["topics"]))
    about.append(_row("story", _("Your story"), forms["story"].cleaned_data["story"]))
    whom = _chosen(forms, "requester", _("For whom"))
    if "team" in forms:
        whom = _row("requester", whom["label"], lines=[whom["value"], _label(forms["team"], "team")])
    contact = forms["contact"].cleaned_data
    named = forms["unit"].cleaned_data["unit"]
    unknown = [_("We look this up: it is not on our list.")] if named["words"] and not named["id"] else []
    unit = _row("unit", _("Unit"), named["words"], lines=[named["words"], *unknown] if unknown else [])
    who = [whom, unit, _row("contact", _("Name"), contact["name"])]
    if contact["young"]:
        who.append(_row("contact", _("Age"), _("Younger than 16")))
    parts = [
        Section("about", _("What is going on"), about),
        Section("who", _("Who you are"), who),
        Section("contact", _("Contact"), _contact_rows(forms)),
    ]
    if not change:
        _without_buttons(parts)
    return parts


def short(answers: Answers) -> list[Row]:
    """What was sent, in a few rows, for the confirmation. No story: the page may be printed."""
    rows = [row for part in sections(answers, change=False) for row in part.rows]
    wanted = ("requester", "topics", "unit", "ways", "called", "wish")
    return sorted((row for row in rows if row["code"] in wanted), key=lambda row: wanted.index(row["code"]))


def _contact_rows(forms: dict[str, Question]) -> list[Row]:
    form = forms["contact"]
    given = form.cleaned_data
    rows = [
        _row("contact", _("How"), lines=_labels(form, "channels"), code="ways"),
        _row("contact", _("Phone number"), given["phone"]),
    ]
    if given.get("call_slot"):
        called = slots.words(given["call_slot"], form.seen.calendar)
        rows.append(_row("contact", _("We call you"), called, code="called"))
    if given["email"]:
        rows.append(_row("contact", _("E-mail address"), given["email"]))
    rows.append(_row("contact", _("This is how we do it"), form.promise))  # type: ignore[attr-defined]
    optional = (
        ("contact_person", _("Someone else to call")),
        ("spoken_language", _("Language")),
        ("accessibility_needs", _("What we keep in mind")),
    )
    rows += [_row("contact", label, given[name]) for name, label in optional if given[name]]
    if given["talks_with"]:
        rows.append(_row("contact", _("Would rather talk with"), _label(form, "talks_with"), code="talks_with"))
    if "wish" in forms:
        rows.append(_chosen(forms, "wish", _("Who you talk to"), default="none"))
    return rows


def _row(step: str, label: str, value: str = "", *, lines: list[str] | None = None, code: str = "") -> Row:
    return {
        "label": label, "value": value, "lines": lines or [], "change_name": "change", "change_value": step,
        "code": code or step,
    }  # fmt: skip


def _chosen(forms: dict[str, Question], step: str, label: str, default: str = "") -> Row:
    return _row(step, label, _label(forms[step], step, default))


def _label(form: Question, name: str, default: str = "") -> str:
    """The words of the chosen answer."""
    words = {str(code): str(label) for code, label in form.fields[name].choices}  # type: ignore[attr-defined]
    return words.get(str(form.cleaned_data.get(name) or default), "")


def _labels(form: Question, name: str) -> list[str]:
    words = {str(code): str(label) for code, label in form.fields[name].choices}  # type: ignore[attr-defined]
    return [words[code] for code in form.cleaned_data[name]]


def _topics(form: Question) -> Row:
    return _row("topics", _("Topic"), lines=_labels(form, "topics"))


def _without_buttons(parts: list[Section]) -> None:
    for part in parts:
        for row in part.rows:
            row["change_name"] = ""
