"""What comes before the plan: explaining confidentiality, and the problem analysis."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK
from cases import analysis, confidentiality, note_drafts, workspace
from cases.enums.notes import DraftOf
from cases.forms.plan import AnalysisForm, ExplainedForm
from cases.forms.work import posted
from cases.moves import NotNow
from cases.note_drafts import Place
from cases.views import keeping


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def explained(request: HttpRequest, reference: str) -> HttpResponse:
    """The words about confidentiality, and a form to record that the client heard them."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_plan", part="plan", at=at, needs=CASE_WORK)
    form = ExplainedForm(posted(request), initial={"on": timezone.localdate(at)})
    if request.method == "POST" and form.is_valid():
        answers = {name: form.cleaned_data[name] for name in ("on", "words", "questions")}
        try:
            confidentiality.explain(space.case, **answers, explained_id=form.cleaned_data["submission"], by=by, at=at)
        except NotNow as why:
            form.add_error("on", str(why))
        else:
            messages.success(request, _("Recorded. The client can read it on their page."))
            return redirect("case_plan", reference=space.case.reference)
    before = confidentiality.latest(space.case)
    context = {"form": form, "text": confidentiality.present_text(), "before": before, "explaining": True}
    return TemplateResponse(request, "cases/explained.html", space.context() | context)


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def case_analysis(request: HttpRequest, reference: str) -> HttpResponse:
    """Write the analysis or change it. When it changed meanwhile both texts are shown, and nothing is lost.

    The first one begins with what the client told already, so that it is not asked again.
    """
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_plan", part="plan", at=at, needs=CASE_WORK)
    rows, saved, back = analysis.versions(space.case), None, reverse("case_plan", args=[space.case.reference])
    place = Place(space.case, by.user_id or 0, DraftOf.ANALYSIS)
    kept = keeping.begin(request, place, AnalysisForm(), numbered="number", at=at)
    if answer := kept.answer(request, by=by, at=at, back=back):
        return answer
    start = kept.initial(analysis.start_of(space.case, rows[0] if rows else None))
    form = AnalysisForm(kept.posted(request), initial=start)
    if form.is_bound and form.is_valid():
        answers = form.cleaned_data
        try:
            with note_drafts.saving(place, kept.page, at=at):
                analysis.write(space.case, answers, number=answers["number"] or 0, by=by, at=at)
        except analysis.Conflict as conflict:
            saved = conflict.saved
            form = AnalysisForm(initial=answers | {"number": saved.number})
            messages.error(request, str(conflict))
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Saved in the file."))
            return redirect(back)
    context = {"form": form, "saved": saved, "earlier": rows[1:], "keeping": kept}
    return TemplateResponse(request, "cases/analysis.html", space.context() | context)
