"""Pages of the way in that need more than allauth's own views."""

from typing import Any

from allauth.account import views as allauth
from allauth.account.internal.flows.login import record_authentication
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods

from accounts import throttle
from accounts.code_again import CodeAgain
from accounts.forms.entrance import AgainCodeForm
from accounts.permissions import before_factor, signed_in


class SignUp(allauth.SignupView):
    """A new account is kept only when its letter went out; else the address could not be used again."""

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)
            if answer.status_code >= 500:
                transaction.set_rollback(True)
        return answer


@before_factor
@signed_in
@require_http_methods(["GET", "POST"])
def code_again(request: HttpRequest) -> HttpResponse:
    """Who has neither password nor factor proves it is them with a code by mail; sent by a button, not by looking."""
    at, back = timezone.now(), _back(request)
    waiting = CodeAgain.of(request, at)
    typed = request.method == "POST" and "send" not in request.POST
    form = AgainCodeForm(request.POST if typed else None, code=waiting.code if waiting else "")
    if request.method == "POST" and not typed:
        if wait := CodeAgain.send(request, at):
            context = {"form": form, "waiting": waiting, "back": back, "wait": throttle.wait_words(wait)}
            return TemplateResponse(request, "account/reauthenticate_code.html", context)
        return redirect(f"{request.path}?{urlencode({'next': back})}")
    if typed and form.is_valid() and waiting:
        waiting.end()
        record_authentication(request, request.user, "code", reauthenticated=True)
        return redirect(back)
    if typed and waiting:
        waiting.count_wrong()
    context = {"form": form, "waiting": waiting, "back": back}
    return TemplateResponse(request, "account/reauthenticate_code.html", context)


def _back(request: HttpRequest) -> str:
    """Where to go afterwards: only to a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    fine = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if fine else resolve_url("mfa_index")
