"""Writing notes, tasks, and the timeline with its filters."""

from cases.models import CaseTask
from tests.pages import DESK, WORKERS, Page, Send, State, register
from tests.world import LONG_WORD, World


def _task(world: World) -> str:
    rows = CaseTask.objects.open().filter(case=world.case("active"), user=world.user("bram"))
    return str(rows.order_by("due_at").first().pk)


def _send(name: str, key: str = "active", **fields: str):
    return lambda world: Send(world.url(name, key), fields)


register(
    Page(
        "my_tasks",
        "/taken/",
        roles=("bram", *DESK, *(name for name in WORKERS if name != "bram")),
        states={
            "desk": State("/taken/?list=desk", role="samira"),
            "empty": State("/taken/", role="wies"),
        },
    ),
    Page(
        "case_tasks",
        lambda world: world.url("case_tasks", "active"),
        roles=("bram", *DESK),
        states={
            "error": _send("case_tasks", day="2026-02-30", what=LONG_WORD * 5),
            "contact_only": State(lambda world: world.url("case_tasks", "active"), role="samira"),
            "empty": State(lambda world: world.url("case_tasks", "accepted")),
            "at_desk": State(lambda world: world.url("case_tasks", "taken"), role="samira"),
            "closed": State(lambda world: world.url("case_tasks", "solved"), role="samira"),
        },
    ),
    Page(
        "case_task",
        lambda world: world.url("case_task", "active", _task(world)),
        roles=("bram",),
        states={"error": lambda world: Send(world.url("case_task", "active", _task(world)), {"what": ""})},
    ),
    Page(
        "case_timeline",
        lambda world: world.url("case_timeline", "active"),
        roles=("bram",),
        states={
            "filtered": lambda world: (
                world.url("case_timeline", "active")
                + f"?groups=notes&groups=conversations&who={world.user('bram').pk}&since=2026-01-01"
            ),
            "error": lambda world: world.url("case_timeline", "active") + "?since=gisteren&until=2026-02-30",
            "empty": lambda world: world.url("case_timeline", "active") + "?until=2001-01-01",
        },
    ),
)
