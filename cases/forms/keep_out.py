"""Naming someone who may never see a case: by the client, and by staff."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm
from accounts.forms.words import CHOOSE_ONE, StoryField, WordsField
from accounts.models import User
from cases import blocks
from cases.models import KeepOut


class UserField(forms.TypedChoiceField):
    """One of these people, or none; cleans to the user."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, empty_value=None, error_messages=CHOOSE_ONE, **kwargs)
        self.people: dict[str, User] = {}

    def offer(self, people: list[User], *, must: str = "") -> None:
        """``must``: the words that ask for a choice, where nobody is no answer."""
        self.required = bool(must)
        self.people = {str(user.pk): user for user in people}
        self.choices = [
            ("", must or gettext("Nobody from this list")),
            *((pk, user.name) for pk, user in self.people.items()),
        ]

    def clean(self, value: Any) -> User | None:
        return self.people.get(str(super().clean(value) or ""))


class NamedForm(PortalForm):
    colleague = UserField(label=_("Someone who works here"))
    words = WordsField(
        label=_("Or someone else, in your own words"),
        help_text=_("For example a name, and how you know this person. We find out who it is."),
        most=200,
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colleague"].offer(people)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("colleague") and not given.get("words") and not self.errors:
            self.add_error("words", gettext("Choose someone, or write down who it is."))
        return given


class StaffNamedForm(PortalForm):
    asked = forms.ChoiceField(label=_("Which wish of the client is this?"), required=False, error_messages=CHOOSE_ONE)
    colleague = UserField(label=_("Someone who works here"))
    email = forms.EmailField(
        label=_("Or another account: its e-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "w-mid"}),
        error_messages={"invalid": _("Enter an e-mail address, for example name@home.example")},
    )
    nobody = forms.BooleanField(label=_("I looked: this person has no account here"), required=False)
    reason = StoryField(
        label=_("Why?"), help_text=_("For example: is a brother of the client."), most=400, rows=2,
    )  # fmt: skip

    def __init__(self, *args: Any, people: list[User], waiting: list[KeepOut], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = {str(row.pk): row for row in waiting}
        self.fields["colleague"].offer(people)  # type: ignore[attr-defined]
        if waiting:
            wishes = [(pk, str(row.words)) for pk, row in self.waiting.items()]
            self.fields["asked"].choices = [("", gettext("None, this is new")), *wishes]  # type: ignore[attr-defined]
        else:
            del self.fields["asked"], self.fields["nobody"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        row = self.waiting.get(given.get("asked", ""))
        given["asked"] = row
        if given.get("nobody"):
            if row is None:
                self.add_error("asked", gettext("Choose which wish you looked at."))
            return given
        user = given.get("colleague")
        if user is None and given.get("email"):
            user = blocks.account_with(given["email"])
            if user is None:
                self.add_error("email", gettext("No account has this address."))
        elif user is None and not self.errors:
            self.add_error("colleague", gettext("Choose someone, or write down the address."))
        given["user"] = user
        return given


class LiftForm(PortalForm):
    """Which of these wishes was a mistake; staff say why."""

    lift = forms.ChoiceField(label=_("Which one was a mistake?"), error_messages=CHOOSE_ONE)
    why = StoryField(label=_("Why was it a mistake?"), most=400, rows=2)

    def __init__(self, *args: Any, rows: list[KeepOut], asks_why: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {str(row.pk): row for row in rows}
        named = [(pk, row.user.name if row.user else str(row.words)) for pk, row in self.rows.items()]
        self.fields["lift"].choices = [("", gettext("Choose one")), *named]  # type: ignore[attr-defined]
        if not asks_why:
            del self.fields["why"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "why" in self.fields and not given.get("why") and "why" not in self.errors:
            self.add_error("why", gettext("Write down why this was a mistake."))
        return given

    @property
    def chosen(self) -> KeepOut:
        return self.rows[self.cleaned_data["lift"]]
