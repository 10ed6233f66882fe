"""The team, for who handles it: the list, one person, and their roles."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import invitations, memberships, people
from accounts.actions import Clash
from accounts.forms.people import EndForm, RoleForm
from accounts.forms.words import without_unwanted
from accounts.models import Membership, User
from accounts.people import NotYours, person_for
from accounts.permissions import Refused, View, actor_of, fresh, needs
from accounts.roles import PEOPLE_EDIT
from cases.forms.work import posted
from desk import staff

PER_PAGE = 25
MOST_INVITATIONS = 50


def changes_people(view: View) -> View:
    """For each view that gives or takes a role, or closes an account: only for who just proved that it is them."""
    return needs(PEOPLE_EDIT)(fresh(view))


@needs(PEOPLE_EDIT)
@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    """Everyone you handle, 25 a page, with a search, and the invitations that are open."""
    by, day = actor_of(request), timezone.localdate()
    word = without_unwanted(request.GET.get("q", "")).strip()[:100]
    team, status = request.GET.get("team", "")[:50], request.GET.get("status", "")
    rows = people.listed(by, day, word=word, team=without_unwanted(team), status=status)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    filters = {name: value for name, value in (("q", word), ("team", team), ("status", status)) if value}
    context = {
        "page": page, "lines": [staff.line(user, day) for user in page], "word": word, "team": team, "status": status,
        "teams": people.teams_of(by), "query": urlencode(filters), "filtered": bool(word or team or status),
        "invitations": invitations.handled_by(by)[:MOST_INVITATIONS] if page.number == 1 and not filters else [],
        "columns": [{"label": label} for label in (_("Name"), _("Role and team"), _("Presence"), _("Account"))],
        "at": timezone.now(),
    }  # fmt: skip
    return TemplateResponse(request, "desk/people/list.html", context)


@needs(PEOPLE_EDIT)
@require_GET
def person(request: HttpRequest, person: UUID) -> HttpResponse:
    """One person: roles with their days, absence, and how much open work there is."""
    by, at = actor_of(request), timezone.now()
    user = person_for(by, person, day=timezone.localdate(), action="person.open")
    return TemplateResponse(request, "desk/people/person.html", staff.page_of(user, by=by, at=at))


@changes_people
@require_http_methods(["GET", "POST"])
def membership_add(request: HttpRequest, person: UUID) -> HttpResponse:
    """Another role beside the ones there are."""
    by, at = actor_of(request), timezone.now()
    user = person_for(by, person, day=timezone.localdate(), action="membership.add")
    form = RoleForm(posted(request), by=by, day=timezone.localdate(at))
    if request.method == "POST" and form.is_valid():
        try:
            memberships.add(user, by=by, at=at, **form.cleaned_data)
        except (Clash, NotYours) as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Added. The role counts from its first day."))
            return redirect("person", user.public_id)
    return _form_page(request, user, form, title=_("Add a role"))


@changes_people
@require_http_methods(["GET", "POST"])
def membership_change(request: HttpRequest, person: UUID, pk: int) -> HttpResponse:
    """Another role from a day on; the old one stays readable until then."""
    by, at = actor_of(request), timezone.now()
    user = person_for(by, person, day=timezone.localdate(), action="membership.change")
    row, day = _membership(user, pk), timezone.localdate(at)
    start = {"team": row.team_id, "role": row.role, "ends_on": row.ends_on}
    form = RoleForm(posted(request), by=by, day=day, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            memberships.change(row, by=by, at=at, **form.cleaned_data)
        except (Clash, NotYours) as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Changed. The old role ends the day before."))
            return redirect("person", user.public_id)
    return _form_page(request, user, form, title=_("Change the role"), row=row)


@changes_people
@require_http_methods(["GET", "POST"])
def membership_end(request: HttpRequest, person: UUID, pk: int) -> HttpResponse:
    """The last day of a role."""
    by, at = actor_of(request), timezone.now()
    user = person_for(by, person, day=timezone.localdate(), action="membership.end")
    row = _membership(user, pk)
    form = EndForm(posted(request), initial={"last_day": timezone.localdate(at)})
    if request.method == "POST" and form.is_valid():
        try:
            memberships.end(row, last_day=form.cleaned_data["last_day"], by=by, at=at)
        except (Clash, NotYours) as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("The role ends on that day."))
            return redirect("person", user.public_id)
    return _form_page(request, user, form, title=_("End the role"), row=row)


def _membership(user: User, pk: int) -> Membership:
    row = user.memberships.select_related("team", "user").filter(pk=pk).first()
    if row is None:
        raise Refused("membership.open", basis="of somebody else or not existing")
    return row


def _form_page(request: HttpRequest, user: User, form: Any, *, title: str, row: Membership | None = None) -> Any:
    back = reverse("person", args=[user.public_id])
    context = {"person": user, "form": form, "title": title, "row": row, "back": back}
    return TemplateResponse(request, "desk/people/form.html", context)
