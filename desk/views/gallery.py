"""Every component with its states, on one page; only where the site is a demonstration or being built."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.forms.base import ChoiceDetail, HintedRadios, PillRadios, PortalForm, RowRadios, TileCheckboxes
from accounts.permissions import public
from referrals.cards import Card, Line

YES_NO = [("no", "No"), ("yes", "Yes")]
URGENCIES = ["emergency", "urgent", "soon", "routine"]
TOPICS: dict[str, ChoiceDetail] = {
    "stress": {"icon": "activity", "hint": "Too much work, bad sleep"},
    "home": {"icon": "house-heart", "hint": "Separation, raising children, care at home"},
    "other": {"icon": "three-dots", "hint": "You can tell it in your own words", "wide": True},
}


class SampleForm(PortalForm):
    """One of each kind of field."""

    name = forms.CharField(label="Name", required=False, help_text="As you want to be called.", max_length=60)
    unit = forms.ChoiceField(label="Unit", choices=[("", "I do not know"), ("a", "A Company, 90 Fictional Battalion")])
    phone = forms.CharField(
        label="Phone number",
        help_text="A number that only you answer is the safest.",
        error_messages={"required": "Enter a phone number, for example 06 12 34 56 78"},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "w-mid num"}),
    )
    danger = forms.ChoiceField(
        label="Are you in danger now?",
        choices=[*YES_NO, ("rather_not", "I would rather not say")],
        widget=HintedRadios(details={"yes": {"hint": "We then first show who can help you at once."}}),
        error_messages={"required": "Choose whether you are in danger now"},
    )
    voicemail = forms.ChoiceField(label="May we leave a voice message?", choices=YES_NO, widget=RowRadios)
    story = forms.CharField(
        label="In your own words", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    agree = forms.BooleanField(
        label="The summary is right", error_messages={"required": "Tick that the summary is right"}
    )


class SampleQuestion(PortalForm):
    """One question on a page: its legend is the heading."""

    topics = forms.MultipleChoiceField(
        label="What is the matter?",
        help_text="Choose three at most.",
        choices=[
            ("stress", "Stress or burnt out"),
            ("home", "Relationship, family or children"),
            ("other", "Something else"),
        ],
        widget=TileCheckboxes(details=TOPICS),
    )
    urgency = forms.ChoiceField(
        label="Urgency",
        choices=[(code, code.capitalize()) for code in URGENCIES],
        widget=PillRadios(details={code: {"shape": code} for code in URGENCIES}),
    )


def _samples(now: dt.datetime) -> dict[str, Any]:
    hour = dt.timedelta(hours=1)
    return {
        "now": now,
        "day_lamp": {
            "open": True,
            "headline": "Desk open until 17:00",
            "number": "088 000 00 10",
            "tel": "+31880000010",
        },
        "night_lamp": {
            "open": False,
            "headline": "After-hours duty. Someone is always there.",
            "number": "088 000 00 20",
            "tel": "+31880000020",
        },
        "urgencies": URGENCIES,
        "since": now - 6 * hour,
        "due_soon": now + 3 * hour,
        "due_past": now - 72 * hour,
        "steps": [
            {"title": "Received", "state": "done", "moment": now - 48 * hour},
            {
                "title": "Appointment planned",
                "state": "now",
                "lead": "Thursday 26 November, 10:30",
                "text": "Third session with Ilse.",
            },
            {"title": "Closed", "state": "later", "when": "You decide that together"},
        ],
        "rules": [
            {"icon": "clock", "text": "Call 13:00–15:00"},
            {"icon": "mic-mute", "text": "Leave no message"},
            {"icon": "incognito", "text": "Do not say who we are"},
        ],
        "thread": [
            {"author": "Ilse Terpstra", "moment": now - 24 * hour, "text": "Good that you came last week."},
            {"mine": True, "moment": now - 12 * hour, "text": "See you Thursday."},
        ],
        "offered_cards": [
            Card(
                id="offered",
                reference="NB-2R8M-4K4X",
                urgency="urgent",
                title="Death in the family",
                text="Asks help with leave and with telling the children.",
                due_at=now + hour,
                since=now - 3 * hour,
                lines=[Line("signpost-split", "Your unit: B Company"), Line("telephone", "Call, the whole day")],
                accept_url="#accept",
                return_url="#return",
            )
        ],
        "accepted_cards": [
            Card(
                id="accepted",
                reference="NB-5C8R-3NXQ",
                urgency="soon",
                title="Stress and bad sleep",
                text="Conversation 2 of at most 5 held.",
                done="Next conversation: tomorrow, 10:30",
                safe=True,
                open_url="#open",
            )
        ],
        "entries": [
            {"moment": now - 4 * hour, "text": "Called, no answer. No message left.", "by": "Samira Benhaddou"}
        ],
    }


def _lists() -> dict[str, Any]:
    return {
        "rows": [
            {"label": "Topic", "value": "Stress or burnt out", "change_url": "#change"},
            {"label": "Contact", "lines": ["Phone", "Message here"], "change_name": "change", "change_value": "7"},
            {"label": "E-mail", "value": "", "change_url": "#change-mail"},
        ],
        "queues": [
            {"label": "Emergency", "count": 1, "url": "#q1", "sub": "call now", "hot": True},
            {"label": "New", "count": 7, "url": "#q2", "sub": "oldest 3 h 10"},
            {"label": "Call back", "count": 3, "url": "#q3", "sub": "before 17:00"},
            {"label": "Take-over", "count": 4, "url": "#q4", "sub": "1 almost late"},
            {"label": "Late", "count": 0, "url": "#q5", "sub": "well done"},
        ],
        "tabs": [{"label": "Overview", "url": "#t1", "current": True}, {"label": "Notes", "url": "#t2", "count": 3}],
        "facts": [{"label": "Unit", "value": "B Company, 90 Fictional Battalion"}],
        "chips": [
            {"text": "Status: new", "name": "Status", "remove_url": "#x1"},
            {"text": "Region: North", "remove_url": "#x2"},
        ],
        "columns": [
            {"label": "Urgency", "url": "#s", "sorted": "descending"},
            {"label": "Reference"},
            {"label": "Answer within"},
        ],
        "bulk": [
            {"label": "Assign to me", "name": "act", "value": "me"},
            {"label": "Assign to a colleague", "name": "act", "value": "other"},
        ],
        "segments": [{"label": "Compact", "url": "#c", "current": True}, {"label": "Comfortable", "url": "#r"}],
        "kpis": [
            {"label": "Requests", "value": "214"},
            {"label": "Returned", "value": "fewer than 10", "sub": "not shown, to protect people"},
        ],
        "private": [
            {"strong": "Ilse Terpstra", "text": "helps you"},
            {"icon": "eye", "text": "Last viewed: today 09:02."},
        ],
        "next_steps": [
            {"title": "Someone reads your story", "text": "The worker on duty."},
            {"title": "You hear from us", "text": "Today before 17:00."},
        ],
        "page": Paginator(range(230), 25).get_page(3),
    }


@public("Shows made-up samples only, and only in development and demonstrations.", stateless=True)
def gallery(request: HttpRequest) -> TemplateResponse:
    """The gallery; outside development and demonstration it does not exist."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    context = {
        "blank_form": SampleForm(prefix="blank", initial={"danger": "no", "voicemail": "no"}),
        "wrong_form": SampleForm(data={"wrong-name": "Daan", "wrong-unit": "a"}, prefix="wrong"),
        "question": SampleQuestion(prefix="question", initial={"topics": ["stress"], "urgency": "soon"}),
    }
    return TemplateResponse(request, "components/gallery.html", context | _samples(timezone.now()) | _lists())
