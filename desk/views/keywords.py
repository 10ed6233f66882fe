"""Trying the words that raise on a text: nothing is kept, and the text stands in no address."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from accounts.permissions import needs
from accounts.roles import ROUTING_EDIT
from cases.forms.keywords import TextForm
from cases.keywords import heard, load_keywords


@require_http_methods(["GET", "HEAD", "POST"])
@needs(ROUTING_EDIT)
def keyword_test(request: HttpRequest) -> HttpResponse:
    """Which words of the list are in a text, and what they would do."""
    form = TextForm(request.POST or None)
    tried = request.method == "POST" and form.is_valid()
    found = heard(form.cleaned_data["sample"], load_keywords()) if tried else None
    return TemplateResponse(request, "desk/routing/keywords.html", {"form": form, "heard": found})
