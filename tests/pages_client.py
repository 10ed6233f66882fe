"""The client's own pages, by account (Tom's case is with a worker) and by reference and pass-phrase."""

from tests.pages import SIGNED_IN, Page, Send, State, register
from tests.pages_files import with_long_files, with_wrong_files

PARTS = ("story", "contact", "history", "looks", "file", "withdraw")
CASE_FOLLOWERS = ("follower:active", "follower:consent", "follower:long")


def _mine(part: str) -> Page:
    error = lambda world: Send(world.url(f"my_{part}", "active"), {"channels": "phone", "phone": "12"})  # noqa: E731
    return Page(
        f"my_{part}",
        lambda world: world.url(f"my_{part}", "active"),
        roles=("tom",),
        states={"error": error} if part in {"story", "contact"} else {},
    )


def _followed(part: str, tail: str) -> Page:
    long = {"long": State(f"/volgen/aanvraag/{tail}", role="follower:long")}
    return Page(f"follow_{part}", f"/volgen/aanvraag/{tail}", roles=CASE_FOLLOWERS, states=long)


register(
    Page("my_cases", "/mijn/", roles=("tom", *(name for name in SIGNED_IN if name != "tom")),
         states={"empty": State("/mijn/", role="max")}),
    Page(
        "my_case",
        lambda world: world.url("my_case", "active"),
        roles=("tom",),
        states={
            "error": lambda world: Send(world.url("my_case", "active")),
            "files_error": lambda world: with_wrong_files(world.url("my_case", "active")),
            "at_desk": State(lambda world: world.url("my_case", "taken"), role="lisa"),
        },
    ),
    *[_mine(part) for part in PARTS],
    Page(
        "follow_case",
        "/volgen/aanvraag/",
        roles=CASE_FOLLOWERS,
        states={"files": State(with_long_files, role="follower:long")}
        | {
            state: State("/volgen/aanvraag/", role=f"follower:{story}")
            for state, story in (
                ("consent", "consent"), ("long", "long"), ("waiting", "waiting"), ("emergency", "emergency"),
                ("offered", "offered"), ("closed", "solved"), ("chaplain", "chaplain"),
            )
        },
    ),
    *[
        _followed(part, tail)
        for part, tail in (
            ("story", "verhaal/"), ("contact", "bereiken/"), ("history", "verloop/"), ("looks", "wie-keek/"),
            ("file", "verslagen/"), ("withdraw", "stoppen/"),
        )
    ],
    Page("keep_request", "/volgen/bewaren/", roles=("door:keep",)),
    Page(
        "my_add",
        "/mijn/toevoegen/",
        roles=SIGNED_IN,
        states={
            "error": lambda world: Send("/mijn/toevoegen/", {"reference": "", "phrase": ""}),
            "wrong": lambda world: Send("/mijn/toevoegen/", {"reference": "NB-2222-2222", "phrase": "een twee"}),
            "taken": State(
                lambda world: Send(
                    "/mijn/toevoegen/", {"reference": world.reference("active"), "phrase": world.phrase("active")}
                ),
                role="max",
            ),
        },
    ),
    Page("follow_advice", "/volgen/vraag/", roles=("follower:advice",)),
    Page("follow_consent", "/volgen/aanvraag/samenvatting/", roles=("follower:consent", *CASE_FOLLOWERS)),
    Page(
        "referral_consent",
        lambda world: world.url("referral_consent", "consent"),
        roles=("follower:consent",),
        states={
            "none": State(lambda world: world.url("referral_consent", "active"), role="tom"),
            "advice": State(lambda world: world.url("referral_consent", "mediation"), role="lisa"),
            "error": lambda world: Send(
                world.url("referral_consent", "consent"),
                {"asked": str(world.case("consent").referrals.get().pk), "answer": "yes", "summary": ""},
            ),
        },
    ),
)  # fmt: skip
