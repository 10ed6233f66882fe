"""Pages of the routing rules."""

from referrals.models import RoutingRule
from tests.pages import Page, register

TRIED = "?at=2026-03-12T20:40&requester=self&situation=unit_mission&topic=mission.during&wish=none&danger=no"

register(
    Page(
        "routing_rules",
        "/organisatie/routering/",
        roles=("els",),
        states={
            "tried": lambda world: f"/organisatie/routering/{TRIED}",
            "error": lambda world: "/organisatie/routering/?at=soon",
        },
    ),
    Page("routing_rule_add", "/organisatie/routering/nieuw/", roles=("els",)),
    Page(
        "routing_rule",
        lambda world: f"/organisatie/routering/{RoutingRule.objects.get(code='unit-mission').pk}/",
        roles=("els",),
    ),
)
