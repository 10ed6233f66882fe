"""Forms about the routing rules: editing one in the draft, and publishing the draft."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedCheckboxes, PortalForm
from accounts.forms.days import in_a_year_that_can_be
from referrals import conditions
from referrals.conditions import Words
from referrals.enums import ROUTABLE
from referrals.routing import Rule
from referrals.rules import own
from referrals.soundness import problems

DAY = {"type": "date", "class": "w-mid"}
REVIEW_AFTER = dt.timedelta(days=182)


class RowCheckboxes(HintedCheckboxes):
    """Checkboxes beside each other, for the many short answers of a condition."""

    look = "row"


def _day(label: Any, **extra: Any) -> forms.DateField:
    widget = forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, validators=[in_a_year_that_can_be], **extra)


def _reason(label: Any, **extra: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=300, widget=forms.Textarea(attrs={"rows": 2}), **extra)


class LinesField(forms.CharField):
    """Several values, one a line or with commas between."""

    def to_python(self, value: Any) -> Any:
        return [part for line in re.split(r"[\n;]", super().to_python(value) or "") if (part := " ".join(line.split()))]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class RevisedForm(PortalForm):
    """A form about the draft as somebody saw it."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def refuse(self, message: str, *, revision: int) -> None:
        """Say why not; sent again it is about the draft as it is now. All that was typed stays."""
        data: Any = self.data
        self.data = data.copy()
        self.data["revision"] = str(revision)  # type: ignore[index]
        self.is_bound = True  # also when nothing at all was sent
        self.full_clean()
        self.add_error(None, message)


class ReasonForm(RevisedForm):
    """What a fixed rule may have changed: the reason that triage reads."""

    because_nl = _reason(_("Reason in Dutch"), help_text=_("Shown at triage, with the proposal."))
    because_en = _reason(_("Reason in English"))

    def __init__(self, *args: Any, rule: Rule, revision: int, **kwargs: Any) -> None:
        said = {"because_nl": rule.because_nl, "because_en": rule.because_en, "revision": revision}
        super().__init__(*args, initial=said, **kwargs)
        self.rule = rule

    def changed(self) -> Rule:
        return replace(
            self.rule, because_nl=self.cleaned_data["because_nl"], because_en=self.cleaned_data["because_en"]
        )


class RuleForm(RevisedForm):
    """One rule of our own. Each condition is a question; nothing ticked: any answer will do."""

    code = forms.SlugField(
        label=_("Name"), max_length=40, widget=forms.TextInput(attrs={"class": "w-mid"}),
        help_text=_("A short name in small letters, such as money-first."),
    )  # fmt: skip
    to = forms.ChoiceField(
        label=_("Goes to"), choices=[("", _("Choose where it goes")), *((code.value, code.label) for code in ROUTABLE)],
        error_messages={"required": _("Choose where it goes.")},
    )  # fmt: skip
    because_nl = _reason(_("Reason in Dutch"), help_text=_("Shown at triage, with the proposal."))
    because_en = _reason(_("Reason in English"))
    valid_from = _day(_("Counts from"))
    valid_until = _day(_("Counts until and including"), required=False, help_text=_("Empty: until it is removed."))
    owner = forms.CharField(
        label=_("Who answers for it"), max_length=80, help_text=_("A person or a role, such as the coordinator.")
    )
    review_on = _day(_("Look at it again on"))

    def __init__(
        self, *args: Any, rules: Sequence[Rule], rule: Rule | None, revision: int, words: Words, today: dt.date,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        self.rules, self.rule, self.words, self.today = rules, rule, words, today
        super().__init__(*args, initial=self._initial(rule, today) | {"revision": revision}, **kwargs)
        asked = {f"if_{name}": self._question(condition) for name, condition in conditions.CONDITIONS.items()}
        first = {name: self.fields[name] for name in ("revision", "code")}
        rest = {name: field for name, field in self.fields.items() if name not in first}
        self.fields = first | asked | rest

    def _initial(self, rule: Rule | None, today: dt.date) -> dict[str, Any]:
        if rule is None:
            return {"valid_from": today, "review_on": today + REVIEW_AFTER}
        chosen: dict[str, Any] = {f"if_{name}": values for name, values in rule.conditions.items()}
        units = list(dict.fromkeys(self.words.units.get(pk, pk) for pk in rule.conditions.get("unit", [])))
        names = ("code", "to", "because_nl", "because_en", "valid_from", "valid_until", "owner", "review_on")
        return chosen | {"if_unit": units} | {name: getattr(rule, name) for name in names}

    def _question(self, condition: conditions.Condition) -> forms.Field:
        label = capfirst(str(condition.label))
        if condition.name == "unit":
            hint = _("One name a line, as it stands on the list of units.")
            return LinesField(label=label, required=False, help_text=hint, widget=forms.Textarea(attrs={"rows": 2}))
        if condition.name == "time":
            hint = _("For example 17:00-08:00. Two stretches: one a line. The end itself does not count.")
            return LinesField(label=label, required=False, help_text=hint, widget=forms.Textarea(attrs={"rows": 2}))
        assert condition.choices is not None  # noqa: S101 - only the two above are typed
        choices = [(value, capfirst(str(said))) for value, said in condition.choices(self.words)]
        return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=RowCheckboxes)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        taken = {rule.code for rule in self.rules if self.rule is None or rule.code != self.rule.code}
        if code in taken:
            raise ValidationError(_("There is already a rule with this name."))
        return code

    def clean_if_unit(self) -> list[str]:
        """Ids, by name; a name that two units share means both."""
        known: dict[str, list[str]] = {}
        for pk, name in self.words.units.items():
            known.setdefault(name.casefold(), []).append(pk)
        names: list[str] = self.cleaned_data["if_unit"]
        for name in names:
            if name.casefold() not in known:
                raise ValidationError(_("There is no unit called “%(name)s”."), params={"name": name})
        return list(dict.fromkeys(pk for name in names for pk in known[name.casefold()]))

    def clean_if_time(self) -> list[str]:
        stretches = [stretch.replace(" ", "").replace("–", "-") for stretch in self.cleaned_data["if_time"]]
        for stretch in stretches:
            if not conditions.STRETCH.fullmatch(stretch) or stretch[:5] == stretch[6:]:
                raise ValidationError(
                    _("“%(time)s” is no stretch of a day. Write it as 17:00-08:00."), params={"time": stretch}
                )
        return stretches

    def changed(self) -> Rule:
        """The rule as filled in; its place is that of the rule it replaces, or behind the others."""
        found = {name: self.cleaned_data.get(f"if_{name}") or [] for name in conditions.CONDITIONS}
        names = ("code", "to", "because_nl", "because_en", "valid_from", "valid_until", "owner", "review_on")
        return Rule(
            order=0, conditions={name: values for name, values in found.items() if values},
            **{name: self.cleaned_data[name] for name in names},
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            for name, message in problems(self.changed(), self._before(), self.words, self.today):
                self.add_error(name, message)
        return cleaned

    def _before(self) -> list[Rule]:
        """The rules that are asked before this one."""
        mine = own(self.rules)
        place = next((number for number, one in enumerate(mine) if self.rule and one.code == self.rule.code), len(mine))
        fixed = [rule for rule in self.rules if rule.fixed]
        return [*fixed[:-1], *mine[:place]]


class PublishForm(RevisedForm):
    """The draft counts from now on."""

    seen = forms.BooleanField(
        label=_("I have looked at the differences"),
        error_messages={"required": _("Look at the differences and tick that you have seen them.")},
    )
    reason = forms.CharField(
        label=_("Why do you change the rules?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept with the version. Do not write about a person."),
        error_messages={"required": _("Write down why the rules change.")},
    )  # fmt: skip
