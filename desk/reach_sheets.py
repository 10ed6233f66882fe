"""The sheets of where people can go by themselves, beside those of the organisation (desk/sheets.py)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from referrals.forms.reach import BranchOfficeForm, ReachForm
from referrals.models import BranchOffice, Reach


def _in_one(number: str) -> str:
    """A number that stays on one line of a table."""
    return number.replace(" ", "\u00a0")


REACH_SHEETS: tuple[dict[str, Any], ...] = (
    {
        "slug": "ways",
        "model": Reach,
        "form": ReachForm,
        "title": _("Ways to reach"),
        "intro": _("Chaplains, Social Medical Teams and others, by day and by night. Clients read this."),
        "add": _("Add a way to reach"),
        "icon": "chat-dots",
        "columns": (
            (_("Name"), lambda row: row.name),
            (_("For"), lambda row: row.get_destination_display()),
            (_("Unit"), lambda row: row.unit or _("Everyone")),
            (_("By day"), lambda row: _in_one(row.day_number)),
            (_("By night"), lambda row: _in_one(row.night_number) or "–"),
            (_("Checked on"), lambda row: row.checked_on),
        ),
        "related": ("unit",),
        "order": ("destination", "order", "name", "pk"),
        "search": ("name", "unit__name", "world_view_nl", "languages"),
        "removable": True,
    },
    {
        "slug": "offices",
        "model": BranchOffice,
        "form": BranchOfficeForm,
        "title": _("Offices for small deployments"),
        "intro": _("A branch without a line goes to the Individual Deployments Office."),
        "add": _("Add an office"),
        "icon": "compass",
        "columns": ((_("Service branch"), lambda row: row.branch), (_("Office"), lambda row: row.team)),
        "related": ("branch", "team"),
        "order": ("branch__name_nl",),
        "removable": True,
    },
)
