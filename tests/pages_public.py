"""Pages that nobody logs in for: the front door, the request form, following, log-in."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from desk import wizard
from desk.demo import mail
from tests.pages import EVERYONE, Page, Send, register
from tests.world import LONG_STORY, World

ANSWERS: dict[str, wizard.Typed] = {
    "danger": {"danger": ["no"]},
    "requester": {"requester": ["self"]},
    "situation": {"situation": ["just_back"]},
    "returned": {"returned": [""]},
    "unit": {"unit": ["A-compagnie, 90 Fictief Bataljon"]},
    "topics": {"topics": []},
    "story": {"story": ["Ik slaap slecht en ik wil praten."]},
    "contact": {
        "name": ["Daan"], "channels": ["phone", "portal"], "phone": ["06 00 00 00 12"], "may_leave_voicemail": ["no"],
        "may_identify": ["no"], "safe_to_text": ["no"], "safe_to_email": ["no"],
    },
    "wish": {"wish": ["none"]},
}  # fmt: skip


def sealed(world: World, step: str, **changed: wizard.Typed) -> str:
    """The blob of someone who answered everything and is at ``step``."""
    typed = ANSWERS | changed
    state = wizard.begin(world.at - dt.timedelta(minutes=9), {code: dict(answers) for code, answers in typed.items()})
    state.step, state.done = step, [code for code in wizard.BY_CODE if code in typed]
    return wizard.seal(state)


def at_step(step: str, **changed: wizard.Typed) -> Callable[[Any], Send]:
    """A question as left: asked for in Dutch or English, whatever the page is in."""
    before = {"state": lambda world: sealed(world, wizard.CHECK, **changed)}
    return lambda world: Send("/vraag/", {"state": before["state"](world), "change": step})


def answered(step: str, **changed: wizard.Typed) -> Callable[[Any], Send]:
    """A question sent on with these answers in it, or none."""
    return lambda world: Send("/vraag/", {"state": sealed(world, step, **changed)})


def sent(**changed: wizard.Typed) -> Callable[[Any], Send]:
    """The page after sending."""
    return lambda world: Send("/vraag/", {"state": sealed(world, wizard.CHECK, **changed), "send": "1"})


def _team() -> wizard.Typed:
    return {"requester": [wizard.TEAM]}


register(
    Page("home", "/", roles=EVERYONE),
    Page(
        "intake",
        "/vraag/",
        roles=EVERYONE,
        states={
            "error": answered("danger"),
            "help_now": lambda world: Send("/vraag/", {"state": sealed(world, "danger"), "danger": "yes"}),
            "requester": at_step("requester"),
            "team": at_step("team", requester=_team()),
            "situation": at_step("situation"),
            "returned": at_step("returned"),
            "unit": at_step("unit"),
            "topics": at_step("topics"),
            "story": at_step("story"),
            "story_long": at_step("story", story={"story": [LONG_STORY]}),
            "contact": at_step("contact"),
            "contact_error": lambda world: Send(
                "/vraag/",
                {
                    "state": sealed(world, "contact"),
                    "channels": ["phone", "email"],
                    "phone": "12",
                    "email": "geen adres",
                },
            ),
            "wish": at_step("wish"),
            "check": lambda world: Send("/vraag/", {"state": sealed(world, wizard.CHECK)}),
            "check_long": lambda world: Send(
                "/vraag/", {"state": sealed(world, wizard.CHECK, story={"story": [LONG_STORY]})}
            ),
            "check_words": lambda world: Send(
                "/vraag/", {"state": sealed(world, wizard.CHECK, story={"story": ["Ik schrijf een afscheidsbrief."]})}
            ),
            "sent": sent(),
            "sent_chaplain": sent(wish={"wish": ["chaplain"]}),
            "sent_small": sent(situation={"situation": ["small_deployment"]}),
            "lost": lambda world: Send("/vraag/", {"state": "1.old.blob"}),
        },
    ),
    Page("help_now", "/nu-hulp/", roles=EVERYONE),
    Page(
        "way",
        "/wegen/own-worker/",
        roles=EVERYONE,
        states={slug: f"/wegen/{slug}/" for slug in ("chaplain", "on-mission", "family")},
    ),
    Page("privacy", "/wie-ziet-wat/", roles=EVERYONE),
    Page("accessibility", "/toegankelijkheid/", roles=EVERYONE),
    Page("exit_explained", "/snel-weg/uitleg/", roles=EVERYONE),
    Page(
        "follow",
        "/volgen/",
        roles=EVERYONE,
        states={
            "error": lambda world: Send("/volgen/", {"reference": "", "phrase": ""}),
            "wrong": lambda world: Send("/volgen/", {"reference": "NB-2222-2222", "phrase": "een twee drie"}),
        },
    ),
    Page("gallery", "/bouwstenen/", roles=EVERYONE),
    Page("demo_mail", "/demo/mail/", roles=EVERYONE),
    Page("demo_letter", lambda world: f"/demo/mail/{mail.names()[0]}/", roles=EVERYONE),
    Page("demo_letter_html", lambda world: f"/demo/mail/{mail.names()[0]}/opgemaakt/", roles=EVERYONE, whole=False),
)
