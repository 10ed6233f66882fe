"""What a client writes on their own page."""

from django.utils.translation import gettext_lazy as _

from accounts.forms.words import StoryField
from cases.forms.work import SubmittedForm

MOST = 4000


class StoryForm(SubmittedForm):
    text = StoryField(
        label=_("What do you want to add?"),
        help_text=_("You need not write everything. One sentence is enough."),
        most=MOST,
        rows=8,
        required=True,
        error_messages={"required": _("Write what you want to add.")},
    )
