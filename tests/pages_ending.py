"""Closing, opening again, splitting off, putting together; the call afterwards and what clients thought."""

from django.urls import reverse

from accounts.actors import follower
from cases import after_care
from cases.models import AfterCare
from tests.pages import DESK, Page, Send, State, register
from tests.world import World


def _call(world: World) -> str:
    return reverse("after_call", args=[AfterCare.objects.open().get().pk])


def _other_marks(world: World) -> Send:
    """The client gave a mark while the page was open."""
    fields = {
        "outcome": "goes_well",
        "mark_2": "7",
        "number": "1",
        "submission": "5b0c2a0e-3f0f-4a57-9d8e-0d7d3c1f6a12",
    }
    return Send(_call(world), fields)


def _pair(world: World, first: str, second: str) -> str:
    return reverse("case_merge", args=[world.reference(first), world.reference(second)])


def _split(world: World) -> Send:
    fields = {
        "topic": "private.money", "words": "Wil hulp bij schulden die hierdoor ontstonden.", "agreed": "on",
        "submission": "5b0c2a0e-3f0f-4a57-9d8e-0d7d3c1f6a11",
    }  # fmt: skip
    return Send(world.url("case_split", "active"), fields)


def _wants_no_call(world: World) -> str:
    case = world.case("warm")
    after_care.turn_off(case, by=follower(case.pk), at=world.at)
    return reverse("follow_no_call")


FOLLOWING = ("follower:active", "follower:consent", "follower:long")


def _own(name: str, key: str = "helped") -> Page:
    """A page of who followed a request that is closed."""
    own = f"follow_{name}"
    states = {"open": State(reverse(own), role="follower:active")}
    if name == "no_call":
        states["off"] = State(_wants_no_call, role="follower:warm")
    if name == "how_was_it":
        states["error"] = State(lambda world: Send(reverse(own)), role="follower:helped")
    return Page(own, lambda world: reverse(own), roles=("follower:helped", *FOLLOWING), states=states)


register(
    Page(
        "case_reopen", lambda world: world.url("case_reopen", "helped"), roles=("bram",),
        states={
            "error": lambda world: Send(world.url("case_reopen", "helped")),
            "open": lambda world: world.url("case_reopen", "active"),
            "desk": State(lambda world: world.url("case_reopen", "solved"), role="samira"),
        },
    ),
    Page(
        "case_after_care", lambda world: world.url("case_after_care", "helped"), roles=("bram", *DESK),
        states={"before": lambda world: world.url("case_after_care", "active")},
    ),
    Page(
        "case_split", lambda world: world.url("case_split", "active"), roles=("bram",),
        states={
            "error": lambda world: Send(world.url("case_split", "active")), "made": _split,
            "closed": lambda world: world.url("case_split", "helped"),
        },
    ),
    Page(
        "case_merge", lambda world: _pair(world, "long", "taken"), roles=DESK,
        states={
            "error": lambda world: Send(_pair(world, "long", "taken")),
            "known": lambda world: _pair(world, "double1", "double2"),
        },
    ),
    Page(
        "after_call", _call, roles=DESK,
        states={"error": lambda world: Send(_call(world)), "conflict": State(_other_marks, status=409)},
    ),
    Page("evaluations", "/organisatie/ervaringen/", roles=("els",)),
    *(_own(name) for name in ("come_back", "no_call", "how_was_it")),
    *(
        Page(f"my_{name}", lambda world, name=name: world.url(f"my_{name}", "active"), roles=("tom",))
        for name in ("come_back", "no_call", "how_was_it")
    ),
)  # fmt: skip
