"""The draft of the next version of the routing rules: changed, tried on the last month, and published (page M)."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.permissions import actor_of, needs
from accounts.roles import ROUTING_EDIT
from cases.models import Case
from desk import rule_rows, snapshot
from referrals import rules as table
from referrals.conditions import Words, load_words
from referrals.differences import differences
from referrals.forms.routing import PublishForm, ReasonForm, RuleForm
from referrals.models import RuleDraft
from referrals.rehearsal import Moved, replay
from referrals.routing import Rule, load_version
from referrals.soundness import draft_problems

LAST_MONTH = dt.timedelta(days=30)
PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@needs(ROUTING_EDIT)
def draft(request: HttpRequest) -> HttpResponse:
    """The draft in its order, with what differs. POST moves or removes a rule, or throws the draft away."""
    at, row = timezone.now(), table.draft()
    if row is None:
        return redirect("routing_rules")
    if request.method == "POST":
        return _do(request, at)
    words, rules = load_words(), table.rules_in(row.rules)
    context = {
        "draft": row, "rules": rule_rows.of_rules(rules, words, timezone.localdate(at)),
        "columns": [*rule_rows.columns(), {"label": ""}], "differences": differences(load_version()[1], rules, words),
        "problems": draft_problems(rules, words, timezone.localdate(at)),
    }  # fmt: skip
    return TemplateResponse(request, "desk/routing/draft.html", context)


def _do(request: HttpRequest, at: dt.datetime) -> HttpResponse:
    """One thing of the list, by the names of its buttons: ``up``, ``down`` or ``remove`` with a rule, ``discard``."""
    by, revision, posted = actor_of(request), _revision(request), request.POST
    try:
        if "discard" in posted:
            table.discard(revision=revision, by=by, at=at)
            messages.success(request, _("The draft is thrown away. Nothing changed."))
        elif "remove" in posted:
            table.remove(posted["remove"], revision=revision, by=by, at=at)
            messages.success(request, _("The rule is no longer in the draft."))
        elif "up" in posted or "down" in posted:
            code = posted.get("up") or posted.get("down", "")
            table.move(code, up="up" in posted, revision=revision, by=by, at=at)
    except table.NotNow as refusal:
        messages.error(request, str(refusal))
    return redirect("routing_draft")


def _revision(request: HttpRequest) -> int:
    given = request.POST.get("revision", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


@require_http_methods(["GET", "HEAD", "POST"])
@needs(ROUTING_EDIT)
def rule(request: HttpRequest, code: str = "") -> HttpResponse:
    """Add a rule to the draft or change one; errors keep what was typed, and so does a draft that changed meanwhile."""
    at, row = timezone.now(), table.draft()
    gone = row is None
    if row is None and request.method != "POST":
        messages.info(request, _("There is no draft. Begin one first."))
        return redirect("routing_rules")
    row = row or table.begin(by=actor_of(request), at=at)
    rules = table.rules_in(row.rules)
    old = _rule(request, rules, code) if code else None
    form = _rule_form(request, row, rules, old, timezone.localdate(at))
    if request.method == "POST" and gone:
        said = _("The draft was published or thrown away meanwhile. This is a new one; what you typed is still here.")
        form.refuse(said, revision=row.revision)
    elif request.method == "POST" and form.is_valid():
        name, revision = old.code if old else "", form.cleaned_data["revision"]
        try:
            table.save_rule(form.changed(), code=name, revision=revision, by=actor_of(request), at=at)
        except table.NotNow as refusal:
            form.refuse(str(refusal), revision=row.revision)
        else:
            messages.success(request, _("Kept in the draft. It counts when the draft is published."))
            return redirect("routing_draft")
    context = {"form": form, "rule": old, "back": reverse("routing_draft"), "draft": row}
    return TemplateResponse(request, "desk/routing/rule.html", context)


def _rule_form(
    request: HttpRequest, row: RuleDraft, rules: list[Rule], old: Rule | None, today: dt.date
) -> RuleForm | ReasonForm:
    if old is not None and old.fixed:
        return ReasonForm(request.POST or None, rule=old, revision=row.revision)
    words = load_words()
    return RuleForm(request.POST or None, rules=rules, rule=old, revision=row.revision, words=words, today=today)


def _rule(request: HttpRequest, rules: list[Rule], code: str) -> Rule | None:
    """The rule to change; what was sent for one that is gone is added anew."""
    found = next((one for one in rules if one.code == code), None)
    if found is None and request.method != "POST":
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@needs(ROUTING_EDIT)
def publish(request: HttpRequest) -> HttpResponse:
    """What the draft would have done with the requests of the last thirty days; POST lets it count."""
    at, row = timezone.now(), table.draft()
    if row is None:
        return redirect("routing_rules")
    words, rules = load_words(), table.rules_in(row.rules)
    wrong = draft_problems(rules, words, timezone.localdate(at))
    form = PublishForm(request.POST or None, initial={"revision": row.revision})
    if request.method == "POST" and form.is_valid() and not wrong:
        given = form.cleaned_data
        try:
            made = table.publish(revision=given["revision"], reason=given["reason"], by=actor_of(request), at=at)
        except table.NotNow as refusal:
            form.refuse(str(refusal), revision=row.revision)
        else:
            snapshot.write(at)
            messages.success(request, _("Version %(number)s counts from now on.") % {"number": made.number})
            return redirect("routing_rules")
    context = {"form": form, "draft": row, "problems": wrong, **_tried(request, rules, words, at)}
    return TemplateResponse(request, "desk/routing/publish.html", context)


def _tried(request: HttpRequest, rules: list[Rule], words: Words, at: dt.datetime) -> dict[str, Any]:
    """The differences in words, and in requests: counted, and each on a page of its own list."""
    seen, counting = snapshot.read(), load_version()[1]
    found = replay(
        counting, rules, since=at - LAST_MONTH, until=at,
        calendar=seen.calendar, topics=words.topics, parents=seen.parents,
    )  # fmt: skip
    page = Paginator(found.moved, PER_PAGE).get_page(request.GET.get("page"))
    audit.record("routing_draft.tried", by=actor_of(request), at=at, part=f"{found.total} requests")
    columns = [_("Sent"), _("Request"), _("From"), _("To")]
    return {
        "replay": found, "page": page, "rows": _rows(request, list(page.object_list), at),
        "columns": [{"label": name} for name in columns], "differences": differences(counting, rules, words),
    }  # fmt: skip


def _rows(request: HttpRequest, moved: list[Moved], at: dt.datetime) -> list[dict[str, Any]]:
    """Each request by when it was sent; its reference only for who may open it. One query."""
    visible = Case.objects.visible_to(actor_of(request), at).of_intakes([one.intake_id for one in moved])
    return [{"one": one, "reference": visible.get(one.intake_id, "")} for one in moved]
