"""The eight questions, one form a page (UX 1.1). Every answer that can be left out, may be."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import ChoiceDetail, HintedRadios, PortalForm, TileCheckboxes
from accounts.forms.words import CHOOSE_ONE, StoryField, WordsField
from cases.enums import ContactWay, Danger, Requester, Situation, Wish
from cases.forms.call_back import SlotField, offer
from cases.forms.contact import ContactForm, LenientChoices
from cases.search import plain
from cases.topics import MISSION_TOPIC
from desk import wizard
from desk.snapshot import Snapshot, UnitFacts
from desk.templatetags.nabij import ICONS
from desk.wizard import State

MOST_TOPICS = 3
STORY_LENGTH = 4000
MONTHS_BACK = 24


class Question(PortalForm):
    """A page of the form. It knows the earlier answers, the snapshot and the moment."""

    mark_optional = False  # the hint says it, in a sentence

    def __init__(self, *args: Any, state: State, seen: Snapshot, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state, self.seen, self.at = state, seen, at
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the earlier answers."""

    @property
    def is_family(self) -> bool:
        return self.state.requester == Requester.FAMILY_OF_COLLEAGUE


def _choose(label: Any, choices: Any, hints: Mapping[str, Any] | None = None, **kwargs: Any) -> forms.ChoiceField:
    details: dict[str, ChoiceDetail] = {code: {"hint": hint} for code, hint in (hints or {}).items()}
    messages = CHOOSE_ONE | kwargs.pop("error_messages", {})
    return forms.ChoiceField(
        label=label, choices=choices, widget=HintedRadios(details=details), error_messages=messages, **kwargs
    )


class DangerForm(Question):
    page_question = "danger"
    danger = _choose(
        _("Are you in danger now?"),
        [
            (Danger.YES.value, _("Yes")),
            (Danger.NO.value, _("No")),
            (Danger.PREFER_NOT_TO_SAY.value, _("I would rather not say")),
        ],
        help_text=_("Or is someone else in danger? Then choose “Yes”."),
        error_messages={"required": _("Choose an answer. “I would rather not say” is fine too.")},
    )


class RequesterForm(Question):
    page_question = "requester"
    requester = _choose(
        _("Who do you ask help for?"),
        [
            (Requester.SELF.value, _("For myself")),
            (Requester.MY_FAMILY.value, _("For someone in my family")),
            (Requester.FAMILY_OF_COLLEAGUE.value, _("I am family of someone who works here")),
            (wizard.TEAM, _("For my team or unit")),
        ],
        {
            Requester.FAMILY_OF_COLLEAGUE: _("You ask for yourself. Your partner or relative does not see this."),
            wizard.TEAM: _("For commanders and managers."),
        },
    )


class TeamForm(Question):
    page_question = "team"
    team = _choose(
        _("What does your team or unit need?"),
        [("advice", _("I want advice")), ("help", _("We need help now"))],
        {
            "advice": _("We think along with you. We make no file about a person."),
            "help": _("For example after an accident or a death."),
        },
    )


class SituationForm(Question):
    page_question = "situation"
    situation = _choose(_("What is your situation?"), Situation.choices)

    def prepare(self) -> None:
        allowed = wizard.situations_for(self.state.requester)
        labels = {situation: situation.label for situation in allowed}
        if self.is_family:
            labels[Situation.OTHER] = _("My partner or relative is not on a mission")
        self.fields["situation"].choices = [(code.value, label) for code, label in labels.items()]  # type: ignore[attr-defined]


class ReturnedForm(Question):
    page_question = "returned"
    returned = forms.ChoiceField(
        label=_("In which month did you come back?"),
        help_text=_("After about three months we can plan a return interview with you."),
        required=False,
        error_messages=CHOOSE_ONE,
    )

    def prepare(self) -> None:
        months = _months_before(self.at, MONTHS_BACK + 1)
        choices = [(f"{month:%Y-%m}", date_format(month, "F Y")) for month in months]
        choices[-1] = (choices[-1][0], gettext("Longer ago"))
        self.fields["returned"].choices = [("", gettext("I do not know")), *choices]  # type: ignore[attr-defined]
        self.fields["returned"].widget.attrs["class"] = "w-mid"

    def clean_returned(self) -> dt.date | None:
        """The first day of the month."""
        chosen = self.cleaned_data["returned"]
        return dt.date.fromisoformat(f"{chosen}-01") if chosen else None


class UnitForm(Question):
    page_question = "unit"
    unit = WordsField(
        label=_("Which unit do you belong to?"),
        help_text=_("Begin typing and choose, or write it in your own words. You do not know? Leave it empty."),
        most=160,
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off", "spellcheck": "false"}),
    )

    def prepare(self) -> None:
        if self.is_family:
            self.fields["unit"].label = _("Which unit does your partner or relative belong to?")

    def clean_unit(self) -> dict[str, Any]:
        """The unit from the list, or the words when it is not there."""
        words = self.cleaned_data["unit"]
        found = unit_named(words, self.seen.units)
        return {"id": found.id, "words": found.name} if found else {"id": None, "words": words}

    @property
    def names(self) -> list[str]:
        """What the browser offers while typing."""
        return unit_names(self.seen.units)


class TopicsForm(Question):
    page_question = "topics"
    topics = LenientChoices(
        label=_("What is it about?"),
        help_text=_("Choose at most three. Not sure? Choose what comes closest."),
        required=False,
        widget=TileCheckboxes,
    )

    def prepare(self) -> None:
        tiles = self.seen.tiles
        field = self.fields["topics"]
        field.choices = [(tile.code, tile.title) for tile in tiles]  # type: ignore[attr-defined]
        field.widget.details = {
            tile.code: {"hint": tile.hint, "icon": _icon(tile.icon), "wide": not tile.topics} for tile in tiles
        }
        if self.state.answer("situation") == Situation.JUST_BACK:
            suggested = MISSION_TOPIC[Situation.JUST_BACK]
            field.initial = [tile.code for tile in tiles if suggested in tile.topics]

    def clean_topics(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["topics"]
        if len(chosen) > MOST_TOPICS:
            raise forms.ValidationError(gettext("Choose at most three. You chose %(n)d.") % {"n": len(chosen)})
        return chosen


class StoryForm(Question):
    page_question = "story"
    story = StoryField(
        label=_("Tell it in your own words"),
        help_text=_("You need not write everything. One sentence is enough. You may also skip this."),
        rows=9,
        most=STORY_LENGTH,
    )


class ReachForm(Question, ContactForm):
    """Question 7; the h1 stands above several fields. Who is under 16 is called back, and gets no mail.

    ``call_slot`` is there when people can choose a half hour in which we call. A commander's question has no file that
    a call could belong to.
    """

    mark_optional = True
    call_slot = SlotField()
    young = forms.BooleanField(
        label=_("I am younger than 16"), required=False, help_text=_("Then we call you back. You need no account.")
    )

    def prepare(self) -> None:
        if not self.seen.slots.places or self.state.requester == Requester.TEAM_ADVICE:
            del self.fields["call_slot"]
        else:
            offer(self.fields["call_slot"], self.seen.slots, self.at, self.seen.calendar)

    def clean(self) -> dict[str, Any]:
        """Only by phone when under 16: a mail or a text message may be read by somebody else."""
        given = super().clean()
        if ContactWay.PHONE not in given.get("channels", []) and "channels" not in self.errors:
            self.errors.pop("call_slot", None)
            given.pop("call_slot", None)
        elif (start := given.get("call_slot")) and not self._fits(start):
            self.add_error(
                "call_slot", gettext("This is outside the hours you gave. Choose another time, or change those.")
            )
        if given.get("young") and "channels" not in self.errors:
            if ContactWay.PHONE not in given.get("channels", []):
                self.add_error("channels", gettext("Choose “Call me” and fill in a number: we call you back."))
            else:
                given |= {"channels": [ContactWay.PHONE.value], "safe_to_email": False, "safe_to_text": False}
        return given

    def _fits(self, start: dt.datetime) -> bool:
        """Whether the half hour lies within the hours and days that were given."""
        given, here = self.cleaned_data, self.seen.calendar.local(start)
        first, last = given.get("window_from") or dt.time.min, given.get("window_until") or dt.time.max
        days = given.get("weekdays")
        return first <= here.time() < last and (not days or str(here.isoweekday()) in days)

    @property
    def has_slots(self) -> bool:
        """Whether there is anything to choose; when all is full the page says what number to call."""
        field = self.fields.get("call_slot")
        return field is not None and len(field.choices) > 1  # type: ignore[attr-defined]

    def answers(self) -> dict[str, Any]:
        given = super().answers()
        given.pop("call_slot", None)
        return given if given["young"] else {name: value for name, value in given.items() if name != "young"}


class WishForm(Question):
    page_question = "wish"
    wish = _choose(
        _("Who do you want to talk to?"),
        [
            (Wish.NONE.value, _("No preference")),
            (Wish.DUTY_WORKER.value, _("The worker on duty")),
            (Wish.OWN_WORKER.value, _("My own social worker in the region")),
            (Wish.CHAPLAIN.value, _("A chaplain")),
        ],
        {
            Wish.DUTY_WORKER: _("The first person who is free at the support desk."),
            Wish.OWN_WORKER: _("The social worker of your own unit."),
            Wish.CHAPLAIN: _("A listening ear, with or without a faith. No file goes along."),
        },
        required=False,
        initial=Wish.NONE.value,
    )

    def clean_wish(self) -> str:
        return str(self.cleaned_data["wish"] or Wish.NONE.value)


FORMS: dict[str, type[Question]] = {
    "danger": DangerForm,
    "requester": RequesterForm,
    wizard.TEAM: TeamForm,
    "situation": SituationForm,
    "returned": ReturnedForm,
    "unit": UnitForm,
    "topics": TopicsForm,
    "story": StoryForm,
    "contact": ReachForm,
    "wish": WishForm,
}


def question(step: str, state: State, *, seen: Snapshot, at: dt.datetime) -> Question:
    """The page of a step with what was typed there before, without judging it."""
    typed = state.typed.get(step)
    initial: dict[str, Any] = {}
    if typed is not None:
        for name, field in FORMS[step].base_fields.items():
            values = typed.get(name, [])
            initial[name] = values if isinstance(field, LenientChoices) else (values[0] if values else "")
    return FORMS[step](initial=initial, state=state, seen=seen, at=at)


def judged(step: str, typed: wizard.Typed, state: State, *, seen: Snapshot, at: dt.datetime) -> Question:
    """The page of a step with these answers, checked."""
    return FORMS[step](MultiValueDict(typed), state=state, seen=seen, at=at)


def unit_named(words: str, units: tuple[UnitFacts, ...]) -> UnitFacts | None:
    """The one unit that is meant, whatever the capitals, accents and commas; none when two could be."""
    found = _by_name(units).get(_bare(words), set())
    return next(iter(found)) if len(found) == 1 else None


@lru_cache(maxsize=2)
def _by_name(units: tuple[UnitFacts, ...]) -> dict[str, set[UnitFacts]]:
    """Kept until the snapshot changes: an organisation has thousands of units."""
    index: dict[str, set[UnitFacts]] = {}
    for unit in units:
        for name in (unit.name, f"{unit.name} {unit.branch}"):
            index.setdefault(_bare(name), set()).add(unit)
    index.pop("", None)
    return index


def unit_names(units: tuple[UnitFacts, ...]) -> list[str]:
    """Each unit as it can be chosen; with its branch where two have the same name."""
    times = Counter(unit.name for unit in units)
    return [f"{unit.name} ({unit.branch})" if times[unit.name] > 1 else unit.name for unit in units]


def name_of_unit(unit_id: int | None, units: tuple[UnitFacts, ...]) -> str:
    """As ``unit_names`` has it; empty when it is not among these."""
    names = zip(units, unit_names(units), strict=True) if unit_id else ()
    return next((name for unit, name in names if unit.id == unit_id), "")


def _bare(text: str) -> str:
    return "".join(sign for sign in plain(text) if sign.isalnum())


@cache
def _icon(name: str) -> str:
    """A tile whose drawing is not there gets dots."""
    safe = name.replace("-", "").isalnum()
    return name if safe and (ICONS / f"{name}.svg").exists() else "three-dots"


def _months_before(at: dt.datetime, count: int) -> list[dt.date]:
    """The first days of this month and those before it, newest first."""
    months = [timezone.localtime(at).date().replace(day=1)]
    while len(months) < count:
        months.append((months[-1] - dt.timedelta(days=1)).replace(day=1))
    return months
