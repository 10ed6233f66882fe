"""Template tags of the house: icons, dates and terms in words, telephone links, error summary.

Nothing here reads the clock: the moment is an argument, as everywhere.
"""

import re
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.forms import MultiWidget, Select, SelectDateWidget
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from accounts import factors
from accounts.permissions import actor_of
from desk.frame import dialled
from desk.ladder import rung_name
from desk.patterns import fill
from referrals.destinations import TABLE

register = template.Library()
register.filter("dialled", dialled)

ICONS = Path(settings.BASE_DIR) / "static" / "icons"
_SVG = re.compile(r"<svg[^>]*viewBox=\"(?P<box>[^\"]+)\"[^>]*>(?P<shape>.*)</svg>", re.DOTALL)


@cache
def _shape(name: str) -> tuple[str, str]:
    """The view box and the inside of an icon file. An unknown name is a mistake in a template, so it raises."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise template.TemplateSyntaxError(f"{name!r} is not the name of an icon.")
    try:
        found = _SVG.search((ICONS / f"{name}.svg").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise template.TemplateSyntaxError(f"There is no icon {name!r} in static/icons.") from error
    if found is None:
        raise template.TemplateSyntaxError(f"static/icons/{name}.svg holds no drawing.")
    return found["box"], re.sub(r"\s*\n\s*", "", found["shape"])


@register.simple_tag
@cache
def icon(name: str, css: str = "") -> SafeString:
    """An icon from static/icons, drawn inside the page and silent for screen readers. `css` adds classes."""
    box, shape = _shape(name)
    # The shapes are files of this project, not input.
    return format_html(
        '<svg class="{}" viewBox="{}" aria-hidden="true" focusable="false">{}</svg>',
        f"ic {css}".strip(),
        box,
        mark_safe(shape),  # noqa: S308
    )


@register.simple_tag
def urgency_badge(code: str) -> SafeString:
    """The urgency component, drawn once for each urgency and language; lists show many of the same."""
    return _badge(code, get_language())


@cache
def _badge(code: str, language: str | None) -> SafeString:
    return render_to_string("components/urgency.html", {"code": code})


@register.filter
def frame_of(request: Any) -> str:
    """The frame of a page that is for everyone with an account: colleagues keep their menu, once they are all in."""
    at_work = bool(actor_of(request).roles) and factors.is_strong(request)
    return "base_staff.html" if at_work else "base_client.html"


@register.filter
def promise(destination: str) -> str:
    """What somebody reads whose case may go to this kind of destination."""
    found = TABLE.get(destination)
    return str(found.client_reads) if found else ""


@register.simple_tag
def phone_link(number: str, tel: str = "", css: str = "nowrap num") -> SafeString:
    """A number as people write it, dialled as machines do. Without `tel` the digits of `number` are dialled."""
    dialled = tel or re.sub(r"[^\d+]", "", number)
    return format_html('<a class="{}" href="tel:{}">{}</a>', css, dialled, number)


def _here(moment: date | datetime) -> date | datetime:
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        return timezone.localtime(moment)
    return moment


def _written(moment: object, pattern: str) -> str:
    if not isinstance(moment, date):
        return ""
    here = _here(moment)
    if isinstance(here, datetime):
        here = here.replace(second=0, microsecond=0, tzinfo=None)  # no pattern shows more
    return _in_words(here, pattern, get_language())


@lru_cache(maxsize=4096)
def _in_words(here: date | datetime, pattern: str, language: str | None) -> str:
    """The same few hundred moments stand on most pages, and putting one in words is slow."""
    words = date_format(here, pattern)
    # Dutch writes days and months without capitals; Django's short Dutch months have them.
    return words.lower() if language == "nl" else words


@register.filter
def long_date(moment: object) -> str:
    """donderdag 26 november 2026. Anything that is no date gives an empty text."""
    return _written(moment, "l j F Y")


@register.filter
def day_date(moment: object) -> str:
    """donderdag 26 november."""
    return _written(moment, "l j F")


@register.filter
def last_day(end: datetime) -> date:
    """The last day that counts of what ends at this moment: of midnight the day before."""
    return timezone.localdate(end - timedelta.resolution)


@register.filter
def long_moment(moment: object) -> str:
    """donderdag 26 november, 10:30."""
    return _written(moment, "l j F, H:i")


@register.filter
def short_moment(moment: object) -> str:
    """do 26 nov, 10:30."""
    return _written(moment, "D j M, H:i")


@register.filter
def short_date(moment: object) -> str:
    """do 26 nov."""
    return _written(moment, "D j M")


@register.filter
def year_date(moment: object) -> str:
    """26 nov 2026."""
    return _written(moment, "j M Y")


@register.filter
def clock(moment: object) -> str:
    """10:30."""
    return _written(moment, "H:i")


@register.filter
def machine_time(moment: object) -> str:
    """The moment for a datetime attribute: 2026-11-26T10:30:00+01:00."""
    return _here(moment).isoformat() if isinstance(moment, date) else ""


@register.filter
def initials(name: object) -> str:
    """Ilse Terpstra gives IT; one word gives its first letter; nothing gives nothing."""
    words = [word for word in str(name or "").split() if word[0].isalpha()]
    if not words:
        return ""
    chosen = words if len(words) == 1 else [words[0], words[-1]]
    return "".join(word[0] for word in chosen).upper()


def _minutes(span: timedelta) -> int:
    return max(0, int(span.total_seconds() // 60))


def span_words(span: timedelta) -> str:
    """A length of time in at most two units, rounded down: 12 minutes, 2 hours 40, 3 days."""
    minutes = _minutes(span)
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        if rest and hours < 12:
            return gettext("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest}
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = hours // 24
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


@register.filter
def due_text(due_at: datetime | None, at: datetime) -> str:
    """How long until a term ends, or how late it is, at the moment `at`: "12 minutes left", "3 days late"."""
    if due_at is None:
        return ""
    if due_at >= at:
        return gettext("%(span)s left") % {"span": span_words(due_at - at)}
    return gettext("%(span)s late") % {"span": span_words(at - due_at)}


def term(due_at: datetime | None, at: datetime, since: datetime | None = None) -> dict[str, Any]:
    """A term at the moment `at`: text, whether it is late, and how much of it has passed. Empty without a term."""
    if due_at is None:
        return {}
    late = due_at < at
    bar = 100 if late else 0
    if since is not None and not late and due_at > since:
        bar = min(100, max(4, round((at - since) / (due_at - since) * 100)))
    return {"text": due_text(due_at, at), "late": late, "bar": bar, "moment": due_at}


@register.filter
def rung_words(code: str) -> str:
    """Who is called at a step of an alert, in words."""
    return rung_name(code)


@register.simple_tag
def due_line(due_at: datetime | None, at: datetime, since: datetime | None = None) -> SafeString:
    """A term in words with a bar beside it, never the bar alone."""
    found = term(due_at, at, since)
    if not found:
        return SafeString()
    css = " due-late" if found["late"] else ""
    return fill("due", css=css, moment=machine_time(due_at), text=found["text"], bar=found["bar"])


def first_id(field: BoundField) -> str:
    """The id of the first control of a field, which is where a link to the field must land."""
    if isinstance(field.field.widget, MultiWidget):
        return f"{field.auto_id}_0"
    if field.use_fieldset:
        controls = field.subwidgets
        return str(controls[0].id_for_label) if controls else str(field.auto_id)
    return field.id_for_label or str(field.auto_id)


def _summary_lines(form: Any) -> list[dict[str, str]]:
    visible = form.visible_fields()
    target = first_id(visible[0]) if visible else ""
    lines = [{"target": target, "text": text} for text in form.non_field_errors()]
    for field in form.hidden_fields():
        lines += [{"target": target, "text": text} for text in field.errors]
    for field in visible:
        lines += [{"target": first_id(field), "text": text} for text in field.errors]
    return lines


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: Any) -> dict[str, Any]:
    """The summary of everything that is wrong in these forms, with links to the fields in the same words."""
    bound = [form for form in forms if getattr(form, "is_bound", False)]
    return {"errors": [line for form in bound for line in _summary_lines(form)]}


@register.filter
def times(count: object) -> range:
    """1 up to and including `count`, for drawing so many boxes."""
    return range(1, int(str(count or 0)) + 1)


@register.filter
def page_numbers(page: Any) -> list[int | None]:
    """The numbers to show for a Page; None stands for a gap."""
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else None for number in shown]


@register.filter
def is_switchless_checkbox(field: BoundField) -> bool:
    """True for one single checkbox, which puts its label beside it."""
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not field.use_fieldset


@register.filter
def look(field: BoundField) -> str:
    """How a group of choices is drawn: "tiles", "pills", "row", "parts" or "list" (the widget says so)."""
    if isinstance(field.field.widget, MultiWidget | SelectDateWidget):
        return "parts"
    return getattr(field.field.widget, "look", "list")


@register.filter
def is_page_question(field: BoundField) -> bool:
    """True when this field is the one question of its page."""
    return getattr(field.form, "page_question", "") == field.name


@register.filter
def is_optional(field: BoundField) -> bool:
    """True when the label must say that the answer may be left out."""
    form = field.form
    if not getattr(form, "mark_optional", True) or field.name in getattr(form, "asked_sometimes", ()):
        return False
    return not field.field.required and not field.field.disabled


@register.simple_tag
def control(field: BoundField, css: str = "") -> SafeString:
    """The control itself, with our classes, and pointing at its hint, its error and its counter."""
    widget = field.field.widget
    kind = "form-select" if isinstance(widget, Select) else "form-control"
    told_by = [widget.attrs.get("aria-describedby", ""), field.aria_describedby or ""]
    if "data-count-max" in widget.attrs:
        told_by.append(f"{field.auto_id}_count")
    attrs: dict[str, str | bool] = {"class": f"{css or kind} {widget.attrs.get('class', '')}".strip()}
    described = " ".join(part for part in told_by if part)
    if described and not field.use_fieldset:
        attrs["aria-describedby"] = described
    return field.as_widget(attrs=attrs)


NO_FORM_WHEN_CLOSED = ("case_messages", "case_notes", "case_sessions", "case_tasks", "case_plan")
"""Tabs of a case."""


@register.inclusion_tag("components/unsaved.html", takes_context=True)
def unsaved(context: Context) -> dict[str, list[str]]:
    """The texts, of more than a word, that were sent to a page whose form is gone: the case was closed meanwhile."""
    request, case, space = context["request"], context["case"], context.get("space")
    gone = request.method == "POST" and not case.is_open and (space is None or space.tab in NO_FORM_WHEN_CLOSED)
    return {"texts": [text for text in request.POST.dict().values() if len(text.split()) > 1] if gone else []}
