"""The labels of one case."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK, DASHBOARD_VIEW
from cases import tags
from cases.enums import AT_DESK
from cases.forms.conflict import both
from cases.forms.tags import TagsForm
from cases.forms.work import posted
from cases.models import Case, Tag
from cases.moves import Changed, NotNow
from cases.permissions import case_for


@needs(CASE_WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def case_tags(request: HttpRequest, reference: str) -> HttpResponse:
    """Which labels this case has. Only the desk adds a new one."""
    by, at = actor_of(request), timezone.now()
    case = case_for(by, reference, needs=CASE_WORK, at=at, part="labels")
    offered, has = tags.in_use(), tags.of_case(case)
    form = TagsForm(
        posted(request), offered=offered, may_make=by.may(DASHBOARD_VIEW),
        initial=_answers(offered, has) | {"seen": tags.mark(has)},
    )  # fmt: skip
    back_url = reverse("triage" if case.state in AT_DESK and by.may(DASHBOARD_VIEW) else "case", args=[case.reference])
    shown = None
    if request.method == "POST" and form.is_valid():
        try:
            _keep(form, case, by, at)
        except Changed as changed:
            now = tags.of_case(changed.case)
            shown = both(form, _answers(offered, now), seen=tags.mark(now))
        except NotNow as why:
            form.add_error("label" if "label" in form.fields else None, str(why))
        else:
            messages.success(request, _("The labels are kept."))
            return redirect(back_url)
    context = {"case": case, "form": form, "back_url": back_url, "both": shown}
    return TemplateResponse(request, "cases/tags.html", context, status=200 if shown is None else 409)


def _answers(offered: list[Tag], has: set[int]) -> dict[str, Any]:
    """The labels of a case as the form shows them."""
    return {"chosen": [str(tag.pk) for tag in offered if tag.pk in has]}


@transaction.atomic
def _keep(form: TagsForm, case: Case, by: Actor, at: dt.datetime) -> None:
    new = form.cleaned_data.get("label")
    more = [tags.make(new, by=by, at=at)] if new else []
    tags.keep(case, [*form.tags(), *more], by=by, at=at, seen=form.data.get("seen"))
