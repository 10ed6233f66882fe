"""What every page shows around its content: the lamp, the emergency line, the name of the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Context for the base templates; touches no database."""
    return {"brand_name": settings.BRAND_NAME, "is_demo": settings.DEMO}
