"""What confidentiality means and where it ends: the words for it, and that they were explained to a client."""

from django.db import models
from django.utils.translation import get_language

from accounts.sealed import SealedText
from cases.enums import Language
from cases.models.timeline import InCase


class LimitsTextQuerySet(models.QuerySet["LimitsText"]):
    def newest_first(self) -> "LimitsTextQuerySet":
        return self.select_related("published_by").order_by("-number")


class LimitsText(models.Model):
    """The words, as they were published: added once, never changed (see the grants). The highest number counts."""

    number = models.PositiveIntegerField(unique=True)
    text_nl = models.TextField()
    text_en = models.TextField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = LimitsTextQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.number)

    @property
    def text(self) -> str:
        """In the language of the reader."""
        return self.text_en if get_language() == Language.ENGLISH else self.text_nl


class Explained(InCase):
    """Somebody explained it to the client: added once, never changed (see the grants). The client reads this too."""

    text = models.ForeignKey(LimitsText, models.PROTECT, related_name="+")
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    on = models.DateField()
    words = SealedText()  # how it was said, where that differed from the text
    questions = SealedText()  # what the client asked about it
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case", "-recorded_at"], name="explained_by_case")]
