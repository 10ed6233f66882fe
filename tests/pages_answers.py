"""Hand-overs: those of one case, what waits for the coordinator, and what both sides think of them."""

from referrals.enums import ReferralState
from referrals.models import Referral
from tests.pages import DESK, Page, Send, State, register
from tests.world import World

OPINION = "/overdrachten/oordelen/"


def _waits(world: World) -> str:
    """What waits for the coordinator."""
    row = Referral.objects.get(case=world.case("second"), state=ReferralState.AWAITING_COORDINATOR)
    return f"/overdrachten/{row.pk}/"


def _of_team(world: World, key: str = "offered") -> str:
    """Answering for whoever it was offered to."""
    return f"/overdrachten/team/{world.case(key).referrals.first().pk}/"


def _opinion(world: World, key: str = "warm_later") -> str:
    return f"/overnemen/{world.case(key).referrals.get().pk}/oordeel/"


register(
    Page(
        "case_hand_overs",
        lambda world: world.url("case_hand_overs", "warm_later"),
        roles=("ilse", *DESK),
        states={
            "planned": State(lambda world: world.url("case_hand_overs", "warm"), role="bram"),
            "desk": State(lambda world: world.url("case_hand_overs", "warm"), role="samira"),
            "twice": State(lambda world: world.url("case_hand_overs", "second"), role="samira"),
            "back": State(lambda world: world.url("case_hand_overs", "came_back"), role="samira"),
            "empty": State(lambda world: world.url("case_hand_overs", "taken"), role="samira"),
            "error": lambda world: Send(world.url("case_hand_overs", "warm_later"), {"minutes": "niet"}),
        },
    ),
    Page(
        "hand_overs",
        "/overdrachten/",
        roles=("els", "hanna"),
    ),
    Page(
        "team_referral",
        _of_team,
        roles=("hanna",),
        states={
            "error": lambda world: Send(_of_team(world), {"who": "back"}),
            "gone": lambda world: _of_team(world, "active"),
        },
    ),
    Page("hand_over_decide", _waits, roles=("els",), states={"error": lambda world: Send(_waits(world))}),
    Page(
        "referral_feedback",
        _opinion,
        roles=("ilse",),
        states={
            "error": lambda world: Send(_opinion(world)),
            "desk": State(lambda world: _opinion(world, "came_back"), role="samira"),
            "kept": State(lambda world: _opinion(world, "warm"), role="bram"),
        },
    ),
    Page(
        "hand_over_feedback",
        OPINION,
        roles=("els",),
        states={"error": f"{OPINION}?verdict=mooi&days=4", "empty": f"{OPINION}?verdict=wrong&days=30"},
    ),
)
