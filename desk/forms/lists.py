"""Keeping a list of the desk under a name, following it, and choosing the columns."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.base import HintedCheckboxes, HintedRadios, PortalForm
from accounts.models import Team
from desk import columns
from desk.lists.enums import Tell
from desk.lists.models import MANY
from desk.lists.saving import Wish


class WishForm(PortalForm):
    """What one person wants with a view. ``told`` is False where nothing can be told about it."""

    mark_optional = False

    is_default = forms.BooleanField(
        label=gettext_lazy("Open this view first"), required=False,
        help_text=gettext_lazy("You see it when you open the dashboard."),
    )  # fmt: skip
    tell = forms.ChoiceField(label=gettext_lazy("Send me a notice"), choices=Tell.choices, widget=HintedRadios)
    after = forms.IntegerField(
        label=gettext_lazy("How many new requests"), required=False, min_value=1, max_value=100,
        help_text=gettext_lazy("Only for “after a number of new requests”."),
        error_messages={
            "invalid": gettext_lazy("Fill in a number from 1 to 100."),
            "min_value": gettext_lazy("Fill in a number from 1 to 100."),
            "max_value": gettext_lazy("Fill in a number from 1 to 100."),
        },
    )  # fmt: skip

    def __init__(self, data: Any, *, told: bool = True, wish: Wish | None = None, **more: Any) -> None:
        start = wish or Wish()
        more.setdefault("initial", {}).update(is_default=start.is_default, tell=start.tell, after=start.after)
        super().__init__(data, **more)
        if not told:
            del self.fields["tell"], self.fields["after"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("tell") == Tell.MANY and not data.get("after") and "after" not in self.errors:
            self.add_error("after", _("Fill in a number from 1 to 100."))
        return data

    def wish(self) -> Wish:
        """Call after is_valid."""
        got = self.cleaned_data
        return Wish(got["is_default"], got.get("tell", Tell.NEVER), got.get("after") or MANY)


class ViewForm(WishForm):
    """The name of a view and who may open it. ``view_id`` makes a second click the same view; ``version`` is what of a
    view somebody changes."""

    field_order = ("title", "team", "is_default", "tell", "after")

    title = forms.CharField(
        label=gettext_lazy("Name"), max_length=40,
        help_text=gettext_lazy("For example “Money, West”. Nothing about a person: colleagues may see it."),
    )  # fmt: skip
    team = forms.ChoiceField(
        label=gettext_lazy("Who can open it"), required=False, widget=HintedRadios,
        help_text=gettext_lazy("Everyone sees in it only what they may see."),
    )  # fmt: skip
    view_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, teams: Iterable[Team], new: bool = True, **more: Any) -> None:
        self.teams = {str(team.pk): team for team in teams}
        more["initial"] = {"view_id": uuid.uuid4()} | more.get("initial", {})
        super().__init__(data, **more)
        shared = [(pk, _("Everyone of %(team)s") % {"team": team}) for pk, team in self.teams.items()]
        choices: Any = self.fields["team"]
        choices.choices = [("", _("Only me")), *shared]
        del self.fields["version" if new else "view_id"]

    def clean_title(self) -> str:
        title = " ".join(self.cleaned_data["title"].replace("\x00", "").split())
        if not title:
            raise forms.ValidationError(_("Give the view a name."))
        return title

    def team_chosen(self) -> Team | None:
        return self.teams.get(self.cleaned_data["team"])


class ColumnsForm(PortalForm):
    """At most eight; the reference is always one of them."""

    mark_optional = False

    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("Columns besides the reference"), required=False, widget=HintedCheckboxes,
        choices=columns.OTHERS, help_text=gettext_lazy("At most seven. None ticked: the usual ones."),
    )  # fmt: skip

    def clean_chosen(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["chosen"]
        if len(columns.ordered(chosen)) > columns.MOST:
            raise forms.ValidationError(_("Choose at most seven."))
        return chosen
