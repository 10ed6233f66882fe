"""What a topic brings along: somebody else to talk to, or care with whom a case goes to. Writes nothing."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.enums import Requester
from cases.models import Case

ALSO_OPEN: Mapping[str, Promise] = {
    "work.unsafe_behaviour": _(
        "You can also talk to a confidential adviser (vertrouwenspersoon). The desk can tell you who that is."
    ),
}
"""By topic, who else the client can talk to."""

UNSAFE_AT_HOME = frozenset({"private.safety_home"})
"""Topics about fear of somebody at home, who may be known to the same worker."""

FAMILY = frozenset({Requester.FAMILY_OF_COLLEAGUE, Requester.MY_FAMILY})


def also_open(topics: Iterable[str]) -> list[str]:
    """Who else the client can talk to, in sentences; each once."""
    return list(dict.fromkeys(str(ALSO_OPEN[code]) for code in topics if code in ALSO_OPEN))


def other_may_be_client(case: Case) -> bool:
    """Whether the worker of the named unit may also serve the person this client is afraid of."""
    return case.requester in FAMILY and not UNSAFE_AT_HOME.isdisjoint(case.topics)


def young(case: Case) -> list[dict[str, str]]:
    """For the strip of a request: somebody under 16 is called back, and keeps no account (DOMAIN, minors)."""
    if not case.intake.is_young:
        return []
    return [{"label": str(_("Age")), "value": str(_("Under 16: call back, no account"))}]
