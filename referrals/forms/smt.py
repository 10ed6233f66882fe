"""A role of a Social Medical Team, and who fills it in a team."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role, TeamKind
from accounts.forms.base import HintedRadios, PortalForm, PortalModelForm
from accounts.models import Team, User
from referrals import smt
from referrals.enums import SmtGets
from referrals.models import SmtRole


class SmtRoleForm(PortalModelForm):
    class Meta:
        model = SmtRole
        fields: ClassVar = ["name_nl", "name_en", "gets", "role", "order"]
        widgets: ClassVar = {"gets": HintedRadios}
        help_texts: ClassVar = {
            "role": _("Members with this role have it, in a team where nobody is named. Empty: only who is named."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gets: Any = self.fields["gets"]
        gets.choices = SmtGets.choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("role") == Role.CHAPLAIN and data.get("gets") not in {None, "", SmtGets.WAYS}:
            self.add_error("gets", _("Nothing goes to a chaplain. The client gets the ways to reach one."))
        return data

    def validate_constraints(self) -> None:
        """``clean`` and the verb say it in better words."""


class SeatForm(PortalForm):
    """Who fills the role, and in which team."""

    team: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("Team"), error_messages={"invalid_choice": _("Choose one from the list.")}
    )
    user: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("Who"), error_messages={"invalid_choice": _("Choose one from the list.")},
        help_text=_("Somebody of that team. From then on its other members no longer have this role by themselves."),
    )  # fmt: skip

    def __init__(self, *args: Any, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team, user = self.fields["team"], self.fields["user"]
        team.queryset = Team.objects.filter(kind=TeamKind.SMT)  # type: ignore[attr-defined]
        there = smt.members(day).order_by().values("user")
        user.queryset = User.objects.filter(pk__in=there).order_by("name", "pk")  # type: ignore[attr-defined]
