"""Who may do what, drawn from accounts/roles.py."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from accounts.permissions import needs
from accounts.roles import ABOUT_CASES, GROUPS, ROLES, ROLES_VIEW, WORDS, Duties


@needs(ROLES_VIEW)
@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """Each role in words, and a table of every permission. Roles that may do the same share a column."""
    alike: dict[frozenset[str], list[Duties]] = {}
    for duties in ROLES:
        alike.setdefault(duties.permissions, []).append(duties)
    columns = [{"title": same[0].title, "others": same[1:], "group": same[0].group} for same in alike.values()]
    rows = [
        {"words": words, "about_cases": code in ABOUT_CASES, "cells": [code in permissions for permissions in alike]}
        for code, words in WORDS.items()
    ]
    groups = [
        {"title": title, "roles": [duties for duties in ROLES if duties.group == code]}
        for code, title in GROUPS.items()
    ]
    context = {"groups": groups, "columns": columns, "rows": rows}
    return TemplateResponse(request, "accounts/roles.html", context)
