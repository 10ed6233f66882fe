"""Declaring who may open a view, and refusing. A view that declares nothing stops the site (desk/checks.py)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect  # noqa: TID251 - the one answer given before a view
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts import factors
from accounts.actors import ANONYMOUS, Actor, actor_for
from accounts.sessions import kept

View = TypeVar("View", bound=Callable[..., Any])


class Refused(Exception):
    """Someone may not do this. The middleware writes it to the audit and answers 404, or 403 for a visible object."""

    def __init__(self, action: str, *, visible: bool = False, case_id: UUID | None = None, basis: str = "") -> None:
        super().__init__(action)
        self.action, self.visible, self.case_id, self.basis = action, visible, case_id, basis


def actor_of(request: Any) -> Actor:
    """The actor of this request, worked out once."""
    if not hasattr(request, "_actor"):
        user = getattr(request, "user", None)
        request._actor = actor_for(user, timezone.now()) if user is not None and user.is_authenticated else ANONYMOUS
    return request._actor


def public(reason: str, *, stateless: bool = False) -> Callable[[View], View]:
    """Open to everyone. ``stateless`` pages ignore the session cookie and so work without a database."""

    def mark(view: View) -> View:
        marked: Any = login_not_required(view)
        marked.access = "public"
        marked.public_reason = reason
        marked.stateless = stateless
        return marked

    return mark


def signed_in(view: View) -> View:
    """Any account; what it shows belongs to that account only."""
    marked: Any = view
    marked.access = "signed_in"
    return marked


def needs(permission: str) -> Callable[[View], View]:
    """Only for roles with ``permission``; anyone else gets 404 and a line in the audit.

    A view about one case goes on to ask cases.permissions.case_for for that case.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            if not actor_of(request).may(permission):
                raise Refused(f"open:{request.resolver_match.view_name}", basis=f"no permission {permission}")
            return view(request, *args, **kwargs)

        marked: Any = guarded
        marked.access = permission
        return marked

    return mark


def fresh(view: View) -> View:
    """Only for who proved in the last five minutes that it is them; anyone else is asked now, and then sent on here.

    Put it under ``@needs`` or ``@signed_in``. What was sent with an older proof is not done, but kept for its writer.
    """

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
        if factors.is_fresh(request):
            return view(request, *args, **kwargs)
        ways = get_adapter().get_reauthentication_methods(request.user)
        back = request.get_full_path() if request.method in {"GET", "HEAD"} else request.path
        if request.method == "POST" and _is_kept(request):
            back = reverse("kept")
        return HttpResponseRedirect(f"{ways[0]['url']}?{urlencode({'next': back})}")

    marked: Any = guarded
    marked.fresh = True
    return marked


def _is_kept(request: Any) -> bool:
    """Whether what was typed waits for its writer; never for factors and passwords (accounts/sessions/kept.py)."""
    answers = kept.posted(request.POST)
    return kept.keep(request.user.pk, request.get_full_path(), answers, at=timezone.now())


def before_factor(view: View) -> View:
    """Open to staff who did not pass their second factor yet, because it is on the way to it."""
    marked: Any = view
    marked.before_factor = True
    return marked
