"""Working together on one case, the keyboard, and a case on paper."""

from tests.pages import STAFF, Page, Send, register

register(
    Page(
        "case_paper",
        lambda world: world.url("case_paper", "active"),
        roles=("bram",),
        states={
            "all": lambda world: f"{world.url('case_paper', 'active')}?all=1",
        },
    ),
    Page(
        "shortcut_keys",
        "/account/toetsen/",
        roles=("samira", *(name for name in STAFF if name != "samira")),
        states={"error": lambda world: Send("/account/toetsen/", {"next": "k", "previous": "k", "on": "on"})},
    ),
)
