"""Pages of the routing rules, trying a moment, the words that raise, and the surge."""

from tests.pages import Page, Send, register

ROOT = "/organisatie/routering/"
TRIED = "?at=2026-03-12T20:40&requester=self&situation=unit_mission&topic=mission.during&wish=none&danger=no"
RULE = {
    "revision": "1", "code": "money-first", "to": "REGIONAL_DIRECT", "if_topics": ["private.money"],
    "because_nl": "Geld gaat voor.", "because_en": "Money first.", "owner": "Els", "valid_from": "2026-03-10",
    "review_on": "2026-09-10",
}  # fmt: skip
WRONG = RULE | {"code": "", "if_unit": "Nergens", "if_time": "8 uur"}

register(
    Page("routing_rules", ROOT, roles=("els",)),
    Page(
        "routing_draft", f"{ROOT}concept/", roles=("els",),
        states={"begun": lambda world: Send(ROOT) and f"{ROOT}concept/"},
    ),
    Page(
        "routing_rule_add", f"{ROOT}concept/nieuw/", roles=("els",),
        states={"error": lambda world: Send(f"{ROOT}concept/nieuw/", WRONG)},
    ),
    Page(
        "routing_rule", f"{ROOT}concept/regel/conflict-at-night/", roles=("els",),
        states={"fixed": f"{ROOT}concept/regel/chaplain/"},
    ),
    Page(
        "routing_publish", f"{ROOT}concept/publiceren/", roles=("els",),
        states={"error": lambda world: Send(f"{ROOT}concept/publiceren/", {"revision": "1"})},
    ),
    Page("routing_versions", f"{ROOT}versies/", roles=("els",)),
    Page("routing_version", f"{ROOT}versies/2/", roles=("els",), states={"old": f"{ROOT}versies/1/"}),
    Page(
        "moment", "/organisatie/moment/", roles=("els",),
        states={
            "tried": f"/organisatie/moment/{TRIED}",
            "twice": "/organisatie/moment/?at=2026-10-25T02:30&again=second",
            "error": "/organisatie/moment/?at=2026-03-29T02:30",
        },
    ),
    Page(
        "keyword_test", "/organisatie/woorden/", roles=("els",),
        states={
            "tried": lambda world: Send("/organisatie/woorden/", {"sample": "Ik denk aan zelfmoord."}),
            "error": lambda world: Send("/organisatie/woorden/", {"sample": ""}),
        },
    ),
    Page(
        "surge", "/organisatie/drukte/", roles=("els",),
        states={"error": lambda world: Send("/organisatie/drukte/", {"by_hand": "on", "reason": ""})},
    ),
)  # fmt: skip
