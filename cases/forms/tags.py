"""Which labels a case has, and a new one; and the labels that the coordinator keeps."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.base import HintedCheckboxes, PortalForm, PortalModelForm
from cases import tags
from cases.models import Tag
from cases.models.tags import LONGEST

NOT_PERSONAL = gettext_lazy("At most 24 characters. Never a name, a number or an illness: labels stand in lists.")


class TagsForm(PortalForm):
    """``offered`` are the labels to choose from; ``may_make`` is for who may add one."""

    mark_optional = False

    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("Labels on this case"), required=False, widget=HintedCheckboxes
    )
    label = forms.CharField(
        label=gettext_lazy("Another label (optional)"), required=False, max_length=LONGEST, help_text=NOT_PERSONAL
    )

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, offered: Iterable[Tag], may_make: bool, **more: Any) -> None:
        super().__init__(data, **more)
        self.offered = {str(tag.pk): tag for tag in offered}
        choices: Any = self.fields["chosen"]
        choices.choices = [(pk, tag.label) for pk, tag in self.offered.items()]
        if not self.offered:
            del self.fields["chosen"]
        if not may_make:
            del self.fields["label"]

    def clean_label(self) -> str:
        label = " ".join(self.cleaned_data["label"].split())
        if label and (why := tags.wrong_with(label)):
            raise forms.ValidationError(why)
        return label

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if len(data.get("chosen", [])) + bool(data.get("label")) > tags.MOST_TAGS:
            name = "chosen" if "chosen" in self.fields else "label"
            self.add_error(name, _("A case has at most %(most)d labels.") % {"most": tags.MOST_TAGS})
        return data

    def tags(self) -> list[Tag]:
        """What was ticked; call after is_valid."""
        return [self.offered[pk] for pk in self.cleaned_data.get("chosen", [])]


class TagForm(PortalModelForm):
    """One label of the coordinator's list."""

    class Meta:
        model = Tag
        fields: ClassVar = ["label", "active"]
        help_texts: ClassVar = {
            "label": NOT_PERSONAL,
            "active": gettext_lazy("Out of use it stays on the cases that have it, and is offered no more."),
        }

    def clean_label(self) -> str:
        label = " ".join(self.cleaned_data["label"].split())
        if why := tags.wrong_with(label):
            raise forms.ValidationError(why)
        if Tag.objects.exclude(pk=self.instance.pk).filter(label__iexact=label).exists():
            raise forms.ValidationError(_("This is on the list already."))
        return label
