"""Answering for the people of a coordinator's team."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.permissions import actor_of, needs
from accounts.roles import REFERRAL_ANSWER_FOR
from cases.forms.work import posted
from cases.moves import NotNow
from cases.who_sees import DIVIDES
from referrals import answering_for
from referrals.enums import ReferralState
from referrals.forms.team import GIVE_BACK, TeamAnswerForm
from referrals.moves import how_it_ended, stands


@needs(REFERRAL_ANSWER_FOR)
@require_http_methods(["GET", "POST"])
def team_referral(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Say who takes it, or give it back for them. Of the client nothing is shown but unit and urgency."""
    by, at = actor_of(request), timezone.now()
    found = answering_for.team_referral_for(by, referral_id, action="referral.answer_for")
    if found.state != ReferralState.OFFERED or not stands(found):
        return _gone(request, how_it_ended(found))
    form = TeamAnswerForm(posted(request), people=answering_for.able(found, by, at))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if given["who"] == GIVE_BACK:
                answering_for.return_for(found, reason=given["reason"], note=given["note"], by=by, at=at)
                messages.success(request, _("Given back. Thank you for saying why."))
            else:
                done = answering_for.accept_for(found, form.worker, by=by, at=at)
                told = _("%(name)s has the case now, and has been told.")
                text = told if done.answered_at == at else _("%(name)s had accepted the case already.")
                messages.success(request, text % {"name": form.worker})
            return redirect("hand_overs")
        except NotNow as why:
            found = answering_for.team_referral_for(by, referral_id, action="referral.answer_for")
            if found.state != ReferralState.OFFERED:
                return _gone(request, str(why))
            form.add_error(None, str(why))
    audit.record(DIVIDES, by=by, at=at, case_id=found.case_id, obj=found)
    return TemplateResponse(request, "referrals/team.html", {"referral": found, "form": form, "at": at})


def _gone(request: HttpRequest, text: str) -> HttpResponse:
    return TemplateResponse(request, "referrals/gone.html", {"text": text, "team": True})
