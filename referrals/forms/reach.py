"""Ways to reach people, and the offices for small deployments."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from accounts.enums import TeamKind
from accounts.forms.base import PortalModelForm
from accounts.forms.organisation import WIDGETS, clean_number
from accounts.models import Team
from referrals.models import BranchOffice, Reach

ANSWER = (TeamKind.SMT, TeamKind.BIU, TeamKind.CHAPLAINCY, TeamKind.SPECIALISTS)


class ReachForm(PortalModelForm):
    """A number by day; one for the night where somebody answers then."""

    class Meta:
        model = Reach
        fields: ClassVar = [
            "destination", "name", "world_view_nl", "world_view_en", "unit", "team", "day_number", "night_number",
            "languages", "about_nl", "about_en", "order", "checked_on",
        ]  # fmt: skip
        widgets = WIDGETS
        help_texts: ClassVar = {
            "unit": _("Empty: for everyone. With one also for everything under it."),
            "team": _("By day means: while this team is open. Empty: while the desk is."),
            "night_number": _("Leave it empty when nobody answers at night."),
            "world_view_nl": _("Only for a chaplain."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team: Any = self.fields["team"]
        team.queryset = Team.objects.filter(kind__in=ANSWER)

    def clean_day_number(self) -> str:
        return clean_number(self.cleaned_data["day_number"])

    def clean_night_number(self) -> str:
        number = self.cleaned_data["night_number"]
        return clean_number(number) if number else ""


class BranchOfficeForm(PortalModelForm):
    class Meta:
        model = BranchOffice
        fields: ClassVar = ["branch", "team"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team: Any = self.fields["team"]
        team.queryset = Team.objects.filter(kind=TeamKind.BIU)
