"""Who is called: the duty page, the link with one button, the policies, and the script that shows signs."""

from cases.models import Alert
from desk import tap
from tests.pages import ANYONE, DESK, EVERYONE, Page, Send, State, register
from tests.world import World

POLICY = "/organisatie/oproepen/emergency/"
WRONG = {
    "version": "0", "repeat_minutes": "0", "who_1": "duty_1", "minutes_1": "5", "who_2": "duty_1", "minutes_2": "",
    "who_3": "niemand", "minutes_3": "x",
}  # fmt: skip
NOT_AT_THE_END = {"version": "0", "repeat_minutes": "5", "who_1": "duty_1", "minutes_1": "0", "ways_1": "email"}
STALE = NOT_AT_THE_END | {"version": "7", "who_2": "coordinator", "minutes_2": "5", "ways_2": "email"}


def _link(world: World) -> str:
    alert = Alert.objects.open().filter(steps__user__isnull=False).first()
    step = alert.steps.exclude(user=None).first() if alert else None
    return f"/w/{tap.token(alert.pk, step.user_id)}/" if alert and step else "/w/weg/"


register(
    Page("duty", "/wacht/", roles=DESK),
    Page(
        "called",
        lambda world: f"/wacht/{world.case('emergency').reference}/verloop/",
        roles=DESK,
        states={"nobody": lambda world: f"/wacht/{world.case('sent_back').reference}/verloop/"},
    ),
    Page("tap", _link, roles=EVERYONE, states={"over": State("/w/onbekend/", role=ANYONE)}),
    Page("policies", "/organisatie/oproepen/", roles=("els",)),
    Page(
        "policy",
        POLICY,
        roles=("els",),
        states={
            "error": lambda world: Send(POLICY, WRONG),
            "last": lambda world: Send(POLICY, NOT_AT_THE_END),
            "stale": lambda world: Send(POLICY, STALE),
            "urgent": "/organisatie/oproepen/urgent/",
        },
    ),
)
