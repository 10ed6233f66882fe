"""Kinds of notices about screens that span apps; none carries a detail."""

from django.utils.translation import gettext_lazy as _

from accounts.notices import Kind, register

ADVICE_PASSED = register(
    Kind(
        code="advice.passed",
        title=_("A commander asks for advice"),
        text=_("The desk passed a request for advice to your team. Open it to answer."),
        priority=3,
    )
)
