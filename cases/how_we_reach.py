"""The promise about safe contact, in sentences that follow the answers (UX 1.3).

The same parts make the sentence that changes while someone answers (static/js/form.js reads ``rule``) and the one on
the check page and the client's own page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Part:
    """A sentence and when it holds: ``field=value[,value]``, ``field!=value[,value]`` or ``field``, joined by &.

    ``slot`` names the field whose value stands in the sentence.
    """

    rule: str
    text: Promise
    slot: str = ""

    def holds(self, values: Values) -> bool:
        """Whether every condition is true of these answers; see ``holds`` in static/js/form.js."""
        return all(_condition(part.strip(), values) for part in self.rule.split("&"))

    @property
    def live(self) -> SafeString:
        """The sentence with an empty place that the script fills."""
        before, _slot, after = str(self.text).partition("%(value)s")
        if not self.slot:
            return format_html("{}", before)
        return format_html('{}<b data-value="{}"></b>{}', before, self.slot, after)

    def said(self, shown: Mapping[str, str]) -> str:
        """The sentence with the value in it."""
        return str(self.text) % {"value": shown.get(self.slot, "")} if self.slot else str(self.text)


PARTS = (
    Part("channels=phone & phone", _("We call you on %(value)s."), "phone"),
    Part("channels=phone & window_from", _("Not before %(value)s."), "window_from"),
    Part("channels=phone & window_until", _("Not after %(value)s."), "window_until"),
    Part("channels=phone & weekdays", _("Only on: %(value)s."), "weekdays"),
    Part("channels=phone & phone", _("You see an unknown number.")),
    Part("channels=phone & may_identify!=yes", _("If someone else answers, we do not say who we are.")),
    Part("channels=phone & may_identify=yes", _("If someone else answers, we may say who we are.")),
    Part("channels=phone & may_leave_voicemail!=yes", _("We leave no message.")),
    Part("channels=phone & may_leave_voicemail=yes", _("We may leave a message.")),
    Part("channels=phone & phone", _("No answer? Then we try two more times.")),
    Part("channels=text & safe_to_text=yes", _("We may send you a text message. It never says what it is about.")),
    Part("channels=text & safe_to_text!=yes", _("We send no text messages, because someone else may read them.")),
    Part("channels=email & safe_to_email=yes", _("We may send you an e-mail. It never says what it is about.")),
    Part("channels=email & safe_to_email!=yes", _("We send no e-mail, because someone else may read it.")),
    Part("channels=video", _("We agree on a time before we call by video.")),
    Part("channels=visit", _("We never come without an appointment.")),
    Part("channels=portal", _("We write to you on this website. You read it with your reference and pass-phrase.")),
    Part(
        "channels!=phone,text,email,portal,video,visit",
        _("You chose nothing, so we write to you on this website. You read it with your reference and pass-phrase."),
    ),
)


def sentence(values: Values, shown: Mapping[str, str]) -> str:
    """Everything that holds for these answers. ``shown`` gives the words for the values that stand in a sentence."""
    return " ".join(part.said(shown) for part in PARTS if part.holds(values))


def values_of(answers: Mapping[str, Any]) -> Values:
    """Answers (see ContactForm.answers) as the form would send them."""
    found: dict[str, Sequence[str]] = {}
    for name, answer in answers.items():
        if isinstance(answer, bool):
            found[name] = ["yes" if answer else "no"]
        elif isinstance(answer, list | tuple):
            found[name] = [str(one) for one in answer]
        else:
            found[name] = [str(answer)] if answer else []
    return found


def _condition(part: str, values: Values) -> bool:
    for sign, wanted_there in (("!=", False), ("=", True)):
        if sign in part:
            name, _sign, wanted = part.partition(sign)
            present = set(values.get(name.strip(), ()))
            return bool(present & {one.strip() for one in wanted.split(",")}) is wanted_there
    return bool(values.get(part))
