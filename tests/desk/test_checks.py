"""The checks that stop the site."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from desk import checks, prepare


def test_a_view_that_declares_nothing_is_an_error(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def bare(request: HttpRequest) -> HttpResponse:
        return HttpResponse("x")

    monkeypatch.setattr(checks, "every_pattern", lambda: iter([("bare/", path("bare/", bare))]))
    (error,) = checks.every_view_declares_its_access(None)
    assert (error.id, error.msg) == ("desk.E001", f"bare/: {__name__}.bare declares no access")


def test_every_view_of_the_site_declares_its_access() -> None:
    assert checks.every_view_declares_its_access(None) == []


def test_the_sites_role_owns_nothing(db: None) -> None:
    assert checks.the_site_owns_nothing(None, databases=["default"]) == []
    assert checks.the_site_owns_nothing(None, databases=["owner"]) == []


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_owners_role_is_refused_in_production(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connections

    monkeypatch.setattr(checks, "connections", {"default": connections["owner"]})
    (error,) = checks.the_site_owns_nothing(None, databases=["default"])
    assert error.id == "desk.E002"
    prepare.refuse_the_owners_role()
    settings.PRODUCTION = True
    with pytest.raises(prepare.Impossible, match="owns the site's tables or is a superuser"):
        prepare.refuse_the_owners_role()
