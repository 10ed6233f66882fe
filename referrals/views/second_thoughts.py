"""Recording that a client took back a yes by voice."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_REFER
from cases.forms.work import posted
from cases.moves import NotNow
from cases.permissions import case_for
from referrals import second_thoughts
from referrals.enums import HandOver
from referrals.forms.ways import SpokenForm
from referrals.voice import NotHeard


@require_http_methods(["GET", "POST"])
@needs(CASE_REFER)
def case_yes_back(request: HttpRequest, reference: str, pk: UUID) -> HttpResponse:
    """The client says that they changed their mind, and their pass-phrase. What was answered meanwhile is said calmly,
    on the page that one came from."""
    by, at = actor_of(request), timezone.now()
    case = case_for(by, reference, needs=CASE_REFER, at=at, part="yes taken back")
    found = second_thoughts.of_case(case, pk)
    of_desk = found.kind == HandOver.REFERRAL
    back = reverse("triage" if of_desk else "case_ways", args=[case.reference])
    if not found.can_be_taken_back and request.method != "POST":
        return redirect(back)
    form = SpokenForm(posted(request))
    form.fields["phrase"].help_text = _("The six words, by voice. They are checked, not kept.")
    if request.method == "POST" and form.is_valid():
        try:
            second_thoughts.change_mind_by_phone(found, phrase=form.cleaned_data["phrase"], by=by, at=at)
        except NotHeard as why:
            form.add_error("phrase", str(why))
        except NotNow as why:
            messages.info(request, str(why))
            return redirect(back)
        else:
            messages.success(request, _("Kept: the client took the yes back. Nothing is shared by it any more."))
            return redirect(back)
    context = {"case": case, "referral": found, "form": form, "back": back}
    return TemplateResponse(request, "referrals/yes_back.html", context)
