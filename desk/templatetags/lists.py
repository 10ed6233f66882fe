"""Tags for what long lists repeat: drawn by patterns, because the template engine is slow at it (desk/patterns.py)."""

from collections.abc import Container, Iterable
from datetime import datetime
from typing import Any

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from desk.columns import COLUMNS
from desk.patterns import fill, fill_all
from desk.templatetags.nabij import due_line, icon, machine_time, short_moment, urgency_badge

register = template.Library()

EMERGENCY = mark_safe(' class="row-emergency"')  # noqa: S308
TICKED = SafeString(" checked")
NOTHING = SafeString()


def _muted(words: str) -> SafeString:
    return format_html('<span class="muted">{}</span>', words)


def _private() -> SafeString:
    """The tag for a person with whom nothing is safe; made once for a list."""
    return format_html(' <span class="tag tag-private">{} {}</span>', icon("shield-lock-fill"), _("Safe contact"))


@register.simple_tag
def case_rows(
    rows: Iterable[Any], at: datetime, columns: tuple[str, ...], picked: bool = True, ticked: Container[str] = ()
) -> SafeString:
    """The rows of the desk's list (desk.rows.Row) with these columns; ``picked``: each can be chosen, and ``ticked``
    are the references of those that are."""
    cells = tuple(f"case_cell_{code}" for code in columns)
    parts = ("case_row", *(("case_cell_pick",) if picked else ()), *cells)
    labels = {f"l_{code}": str(label) for code, label in COLUMNS.items() if code in columns}
    same = {"nobody": _muted(_("Nobody")), "safe": _private(), "has_next": "next" in columns, "picked": picked}
    same |= {"ticked": ticked}
    drawn = (fill_all(parts, **labels, **_values(row, at, same)) for row in rows)
    return SafeString("\n".join(f"{row}</tr>" for row in drawn))


def _values(row: Any, at: datetime, same: dict[str, Any]) -> dict[str, Any]:
    """Safe contact stands at the next step, or at the reference when that is not shown."""
    moment, may_take = row.step.moment, same["picked"] and row.free
    private = same["safe"] if row.safe else NOTHING
    return {
        "css": EMERGENCY if row.urgency == "emergency" else NOTHING,
        "pick": fill(
            "case_row_pick",
            reference=row.reference,
            words=row.choose,
            ticked=TICKED if row.reference in same["ticked"] else NOTHING,
        ),
        "badge": urgency_badge(row.urgency),
        "url": row.url,
        "reference": row.reference,
        "who": row.who,
        "unit": row.unit,
        "topic": row.topic,
        "more": row.more,
        "state": row.state,
        "channel": row.channel,
        "sent": short_moment(row.since),
        "due": due_line(row.due_at, at, row.since) if row.due_at else _muted(row.waited),
        "owner": row.owner or same["nobody"],
        "step": row.step.text,
        "moment": _time(moment) if moment else NOTHING,
        "private": private,
        "private_here": NOTHING if same["has_next"] else private,
        "tags": _tags(row.tags) if row.tags else NOTHING,
        "assign": fill("case_row_assign", reference=row.reference, words=row.assign) if may_take else NOTHING,
    }


def _tags(labels: Iterable[str]) -> SafeString:
    marks = "".join(format_html('<span class="tag tag-line">{}</span> ', label) for label in labels)
    return SafeString(f'<span class="row-tags">{marks}</span>')


@register.simple_tag
def column_heads(columns: tuple[str, ...]) -> SafeString:
    """The heads of these columns; the list stands in order of urgency."""
    heads = ((COLUMNS[code], SafeString(' aria-sort="descending"') if code == "urgency" else "") for code in columns)
    return SafeString(
        "".join(format_html('<th role="columnheader" scope="col"{}>{}</th>', sort, label) for label, sort in heads)
    )


def _time(moment: datetime) -> SafeString:
    return format_html(' <time class="nowrap" datetime="{}">{}</time>', machine_time(moment), short_moment(moment))


@register.simple_tag
def case_lines(lines: Iterable[Any], unsigned: bool = False) -> SafeString:
    """Lines of the timeline (cases.timeline.Line) with their details, without names when they are ``unsigned``."""
    return SafeString("\n".join(_case_line(line, unsigned) for line in lines))


def _case_line(line: Any, unsigned: bool) -> SafeString:
    detail = SafeString(linebreaksbr(line.detail)) if line.detail else NOTHING
    return fill(
        "case_line",
        moment=machine_time(line.moment),
        when=short_moment(line.moment),
        text=line.text,
        by=format_html(' <span class="muted">{}</span>', line.by) if line.by and not unsigned else NOTHING,
        detail=format_html('<span class="d-block space-xs">{}</span>', detail) if detail else NOTHING,
    )


@register.simple_tag(takes_context=True)
def referral_cards(context: template.Context, cards: Iterable[Any], at: datetime, confirm: str = "") -> SafeString:
    """Hand-overs (referrals.cards.Card) as they are at that moment. ``confirm`` stands beside a box to tick first."""
    same = {
        "token": str(context.get("csrf_token", "")),
        "take": _("Take over"),
        "give_back": _("Give back"),
        "open": _("Open case"),
        "ask": _("How was it passed on?"),
        "confirm": confirm,
        "private": format_html("<p>{}</p>", _private()),
    }
    return SafeString("\n".join(_referral_card(card, at, same) for card in cards))


def _referral_card(card: Any, at: datetime, same: dict[str, str]) -> SafeString:
    lines = [format_html("<li>{}<span>{}</span></li>", icon(line.icon), line.text) for line in card.lines]
    if card.due_at:
        clock = format_html('<div class="clockline">{}</div>', due_line(card.due_at, at, card.since))
    else:
        clock = format_html('<p class="clockline">{}</p>', card.done) if card.done else NOTHING
    return fill(
        "referral_card",
        id=card.id,
        badge=urgency_badge(card.urgency),
        reference=card.reference,
        title=card.title,
        text=SafeString(linebreaks(card.text, autoescape=True)) if card.text else NOTHING,
        lines=SafeString(f'<ul class="meta">{"".join(lines)}</ul>') if lines else NOTHING,
        clock=clock,
        private=same["private"] if card.safe else NOTHING,
        answer=_answer(card, same),
    )


def _answer(card: Any, same: dict[str, str]) -> SafeString:
    """The way on: accept or give back, or open."""
    if card.accept_url:
        confirm = same["confirm"]
        return fill(
            "referral_card_accept",
            accept_url=card.accept_url,
            return_url=card.return_url,
            token=same["token"],
            check=fill("referral_card_check", id=card.id, words=confirm) if confirm else NOTHING,
            take=same["take"],
            give_back=same["give_back"],
            reference=card.reference,
        )
    if card.open_url:
        hidden = format_html('<span class="visually-hidden"> {}</span>', card.reference)
        asked = format_html(' <a class="btn btn-quiet btn-sm" href="{}">{}{}</a>', card.ask_url, same["ask"], hidden)
        return fill(
            "referral_card_open", url=card.open_url, open=same["open"], reference=card.reference,
            ask=asked if card.ask_url else NOTHING,
        )  # fmt: skip
    return NOTHING
