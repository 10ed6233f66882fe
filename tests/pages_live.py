"""Working together on one case, and a case on paper."""

from tests.pages import Page, register

register(
    Page(
        "case_paper",
        lambda world: world.url("case_paper", "active"),
        roles=("bram",),
        states={
            "all": lambda world: f"{world.url('case_paper', 'active')}?all=1",
        },
    ),
)
