"""Breaking confidentiality: the weighing, the second signature, and what was done."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedRadios, PortalForm, RowRadios
from accounts.forms.words import CHOOSE_ONE, StoryField, WordsField
from accounts.models import User
from cases.breaches import Weighed
from cases.enums.guarded import Ground
from cases.forms.keep_out import UserField
from cases.forms.work import SubmittedForm

YES_NO = (("yes", _("Yes")), ("no", _("No")))


class BreachForm(SubmittedForm):
    ground = forms.ChoiceField(
        label=_("On what ground?"), choices=Ground.choices, widget=HintedRadios, error_messages=CHOOSE_ONE
    )
    to_whom = WordsField(
        label=_("To whom?"), help_text=_("A person and what they are, for example the GP."), most=200, required=True
    )
    what = StoryField(
        label=_("What exactly will they hear?"),
        help_text=_("No more than they need."),
        rows=3,
        most=2000,
        required=True,
    )
    weighing = StoryField(
        label=_("Why is this needed, and what speaks against it?"),
        help_text=_("Is there no other way? Is it in time? What happens when you do nothing?"),
        rows=5, most=4000, required=True,
    )  # fmt: skip
    consulted = UserField(label=_("Which colleague did you talk it over with?"))
    tells = forms.ChoiceField(
        label=_("Does the client know, or will you tell them first?"),
        choices=YES_NO, widget=RowRadios, error_messages=CHOOSE_ONE,
    )  # fmt: skip
    telling_note = StoryField(label=_("How and when, or why not?"), rows=2, most=1000, required=True)

    field_order = ("ground", "to_whom", "what", "weighing", "consulted", "tells", "telling_note", "submission")

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consulted"].offer(people, must=gettext("Choose a colleague"))  # type: ignore[attr-defined]
        self.fields["consulted"].error_messages["required"] = gettext("Choose the colleague. Talk it over first.")

    @property
    def weighed(self) -> Weighed:
        given = self.cleaned_data
        return Weighed(
            given["ground"], given["weighing"], given["consulted"], given["to_whom"], given["what"],
            given["tells"] == "yes", given["telling_note"],
        )  # fmt: skip


class DoForm(PortalForm):
    """One of several forms on a page; ``do`` says which was sent."""

    do = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, do: str, data: Any = None, **kwargs: Any) -> None:
        mine = data if data is not None and data.get("do") == do else None
        kwargs["initial"] = {"do": do} | kwargs.get("initial", {})
        super().__init__(mine, auto_id=f"{do}_%s", **kwargs)


class SignForm(DoForm):
    sure = forms.BooleanField(
        label=_("I read the weighing, and I agree that this may be told"),
        error_messages={"required": _("Tick this when you agree.")},
    )


class RefuseForm(DoForm):
    reason = StoryField(label=_("Why do you not sign?"), rows=3, most=1000, required=True)


class CarriedOutForm(DoForm):
    how = StoryField(label=_("When and how was it done?"), rows=3, most=1000, required=True)
    told = forms.ChoiceField(
        label=_("Does the client know?"), choices=YES_NO, widget=RowRadios,
        help_text=_("Then they also read it on their page."), error_messages=CHOOSE_ONE,
    )  # fmt: skip


class ToldForm(DoForm):
    how = StoryField(label=_("When and how was the client told?"), rows=3, most=1000, required=True)
