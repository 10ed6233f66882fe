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

WORK_HANDED_OVER = register(
    Kind(
        code="staff.work",
        title=_("You have the work of a colleague who left"),
        text=_("It is on your list and on the board. Look first at what is due first."),
        priority=2,
    )
)
WORK_BACK = register(
    Kind(
        code="staff.work_back",
        title=_("The work of a colleague is back at the desk"),
        text=_("A colleague left. What was theirs waits on the dashboard."),
        priority=2,
    )
)
