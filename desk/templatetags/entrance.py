"""For the way in: what a passkey form hands to its script, and the code that the demo shows."""

import json
from typing import Any

from django import template
from django.conf import settings

from accounts import factors
from desk.demo.organisation import SECRET

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """For an attribute of an element; the template escapes it."""
    return json.dumps(value)


@register.simple_tag
def demo_code() -> str:
    """The code of all demo colleagues now; nothing where there is no demo."""
    return factors.code_of(SECRET) if settings.DEMO else ""
