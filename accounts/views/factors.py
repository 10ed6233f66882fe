"""Passkeys, apps and recovery codes: allauth's views with what differs here."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone

from accounts import entrance, factors
from accounts.models import User
from accounts.permissions import Refused


class Security(base.IndexView):
    """How you log in, and what can be added. Staff without a factor are told that they need one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)
        real = {kind: rows for kind, rows in found["authenticators"].items() if kind in factors.REAL}
        staff = entrance.is_staff(self.request.user, timezone.now())
        return found | {"is_staff": staff, "has_factor": bool(real)}


class AddApp(totp.ActivateTOTPView):
    """An app that shows codes. Showing the first one counts as passing it."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        return _added(self.request, Authenticator.Type.TOTP, answer)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)
        side, _blank, dots = found["totp_svg"].partition(" ")
        groups = " ".join(found["form"].secret[start : start + 4] for start in range(0, 32, 4))
        return found | {"side": side, "dots": dots, "secret_in_groups": groups}


class AddPasskey(webauthn.AddWebAuthnView):
    """A passkey that can log in by itself, so it asks for a finger, face or PIN."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)
        found["js_data"] = {"creation_options": auth.begin_registration(self.request.user, True)}
        return found

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        return _added(self.request, Authenticator.Type.WEBAUTHN, answer)


class _OwnPasskey:
    """One passkey of the person; another's does not exist for them, and leaves a line in the audit."""

    success_url = reverse_lazy("mfa_index")

    def get_object(self, queryset: Any = None) -> Authenticator:
        rows: Any = self.get_queryset()  # type: ignore[attr-defined]
        found: Authenticator | None = rows.filter(pk=self.kwargs["pk"]).first()  # type: ignore[attr-defined]
        if found is None:
            raise Refused("factor.opened", basis="of somebody else or not existing")
        return found

    def get_success_url(self) -> str:
        return str(self.success_url)


class NamePasskey(_OwnPasskey, webauthn.EditWebAuthnView):
    """Another name."""


class RemovePasskey(_OwnPasskey, webauthn.RemoveWebAuthnView):
    """Remove one. The last factor of a staff member stays."""

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            if not _may_remove(self.request, self.object):
                return redirect("mfa_index")
            answer: HttpResponse = super().form_valid(form)
        return answer


class RemoveApp(totp.DeactivateTOTPView):
    """Remove the app. The last factor of a staff member stays."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            return redirect("mfa_index")  # there is no app to remove

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            if not _may_remove(self.request, self.authenticator):
                return redirect("mfa_index")
            answer: HttpResponse = super().form_valid(form)
        return answer


class RecoveryCodes(codes.ViewRecoveryCodesView):
    """The codes, shown once, when asked for with a button: looking at the page alone uses nothing up."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.request.method == "POST":
            found = super().get_context_data(**kwargs)
            return found | {"asked": True, "left": len(found["unused_codes"])}
        row = self._kept()
        if row is None:
            return {"none": True}
        kept = row.wrap()
        return {"left": len(kept.get_unused_codes()), "seen": kept.did_view}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self._kept() is None:
            return redirect("mfa_view_recovery_codes")
        answer: HttpResponse = self.render_to_response(self.get_context_data())
        return answer

    def _kept(self) -> Authenticator | None:
        own = Authenticator.objects.filter(user_id=self.request.user.pk or 0)
        return own.filter(type=Authenticator.Type.RECOVERY_CODES).first()


class PasskeyAgain(webauthn.ReauthenticateWebAuthnView):
    """A passkey once more; what goes wrong is said on this page."""

    def form_invalid(self, form: Any) -> HttpResponse:
        for problem in form.errors.get("credential", []):
            messages.error(self.request, problem)
        return redirect(self.request.get_full_path())


def _may_remove(request: HttpRequest, authenticator: Authenticator) -> bool:
    """Asked under a lock on the person's row, so that two at once do not both go as the last but one."""
    User.objects.select_for_update().get(pk=authenticator.user_id)
    if get_adapter().can_delete_authenticator(authenticator):
        return True
    messages.error(request, str(get_adapter().error_messages["cannot_delete_authenticator"]))
    return False


def _added(request: HttpRequest, kind: str, answer: HttpResponse) -> HttpResponse:
    """The person has just shown the new factor, so this session passed it."""
    factors.remember_strong(request, request.user, str(kind))  # type: ignore[arg-type]
    return answer
