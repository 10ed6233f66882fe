"""That something new fits a view. Not what, and not which view: its name is somebody's own words."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Notice
from accounts.notices import Address, Kind, address_of_user, register
from cases.models import Case


def address_of_follower(notice: Notice) -> Address:
    """Whoever follows the view; not when somebody took the request off the desk before the mail went."""
    if notice.subject_id and not Case.objects.at_desk().filter(pk=notice.subject_id).exists():
        return Address(skip="no longer at the desk")
    return address_of_user(notice)


NEW_ONE = register(
    Kind(
        code="view.new",
        title=_("A new request fits a view that you follow"),
        text=_("Open the view to see it."),
        address=address_of_follower,
        label=_("A new request in a view that you follow"),
    )
)
DIGEST = register(
    Kind(
        code="view.digest",
        title=_("New requests fit a view that you follow"),
        text=_("How many are new: {n}. Open the view to see them."),
        label=_("New requests in a view that you follow, together"),
    )
)
