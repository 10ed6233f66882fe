"""Plan, goals, confidentiality and the client's summary, on both sides; and asking again."""

from collections.abc import Callable

from tests.pages import SIGNED_IN, Page, Send, State, register
from tests.world import LONG_STORY, LONG_WORD, World

CASE_FOLLOWERS = ("follower:active", "follower:consent", "follower:long")
LONG = LONG_STORY[:1500]
LIMITS = "/organisatie/geheimhouding/"


def _in(name: str, key: str = "active") -> Callable[[World], str]:
    return lambda world: world.url(name, key)


def _sent(name: str, key: str = "active", **fields: str) -> Callable[[World], Send]:
    return lambda world: Send(world.url(name, key), fields)


def _old_plan(world: World) -> Send:
    """Saved over a version that is no longer the last."""
    goals = {"goal_1": LONG_WORD, "goal_2": "Kort", "talks": "4", "ends_when": LONG[:500], "number": "99"}
    return Send(world.url("case_plan_change", "active"), goals)


def _old_analysis(world: World) -> Send:
    return Send(world.url("case_analysis", "active"), {"demand": LONG, "risk": LONG_WORD, "number": "99"})


register(
    Page(
        "case_plan",
        _in("case_plan"),
        roles=("bram",),
        states={
            "error": _sent("case_plan"),
            "empty": State(_in("case_plan", "accepted")),
            "closed": State(_in("case_plan", "helped")),
        },
    ),
    Page(
        "case_plan_change",
        _in("case_plan_change"),
        roles=("bram",),
        states={
            "error": _sent("case_plan_change"),
            "conflict": _old_plan,
            "empty": _in("case_plan_change", "accepted"),
        },
    ),
    Page(
        "case_analysis",
        _in("case_analysis"),
        roles=("bram",),
        states={
            "error": _sent("case_analysis"),
            "conflict": _old_analysis,
            "empty": _in("case_analysis", "accepted"),
        },
    ),
    Page(
        "case_marks",
        _in("case_marks"),
        roles=("bram",),
        states={"error": _sent("case_marks", "helped"), "empty": _in("case_marks", "accepted")},
    ),
    Page(
        "case_explained",
        _in("case_explained"),
        roles=("bram",),
        states={
            "error": _sent("case_explained", on="ooit", words=LONG_STORY * 3),
            "first": _in("case_explained", "accepted"),
        },
    ),
    Page(
        "case_summary",
        _in("case_summary"),
        roles=("bram",),
        states={"empty": State(_in("case_summary", "taken"), role="joost")},
    ),
    Page(
        "my_plan",
        _in("my_plan"),
        roles=("tom",),
        states={"empty": State(_in("my_plan", "taken"), role="lisa")},
    ),
    Page("follow_plan", "/volgen/aanvraag/plan/", roles=CASE_FOLLOWERS),
    Page(
        "my_plan_marks",
        _in("my_plan_marks"),
        roles=("tom",),
        states={
            "error": _sent("my_plan_marks", moment="end", mark_1="11"),
            "empty": State(_in("my_plan_marks", "taken"), role="lisa"),
        },
    ),
    Page("follow_plan_marks", "/volgen/aanvraag/plan/cijfers/", roles=CASE_FOLLOWERS),
    Page(
        "my_summary",
        _in("my_summary"),
        roles=("tom",),
        states={
            "error": _sent("my_summary", text=""),
            "conflict": _sent("my_summary", text=LONG, number="99"),
            "empty": State(_in("my_summary", "taken"), role="lisa"),
        },
    ),
    Page("follow_summary", "/volgen/aanvraag/samengevat/", roles=CASE_FOLLOWERS),
    Page(
        "my_limits",
        _in("my_limits"),
        roles=("tom",),
        states={"not_yet": State(_in("my_limits", "taken"), role="lisa")},
    ),
    Page("follow_limits", "/volgen/aanvraag/geheimhouding/", roles=CASE_FOLLOWERS),
    Page("my_again", _in("my_again"), roles=("tom",)),
    Page("follow_again", "/volgen/aanvraag/nieuw/", roles=CASE_FOLLOWERS),
    Page("my_new", "/mijn/nieuw/", roles=("tom", *(name for name in SIGNED_IN if name != "tom"))),
    Page(
        "limits_text",
        LIMITS,
        roles=("els",),
        states={
            "error": lambda _world: Send(LIMITS, {"text_nl": "", "text_en": ""}),
            "conflict": lambda _world: Send(LIMITS, {"text_nl": LONG, "text_en": LONG_WORD, "number": "99"}),
        },
    ),
)
