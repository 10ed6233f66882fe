"""Views of the desk's list, its columns, labels, what is printed, and the week of call-backs."""

from cases.models import Case
from desk.lists.models import SavedView
from tests.pages import DESK, Page, Send, State, register


def _view(title: str) -> str:
    view = SavedView.objects.get(title=title)
    return f"/loket/lijsten/{view.pk}/instellen/"


def _picked(count: int) -> Send:
    """The print of so many requests at the desk."""
    references = list(Case.objects.at_desk().by_pressure().values_list("reference", flat=True)[:count])
    return Send("/loket/papier/", {"pick": references})


MANY = [
    "urgency", "who", "unit", "topic", "state", "channel", "sent", "due", "owner", "next",
]  # fmt: skip
NEW = "/loket/lijsten/nieuw/?what=urgency%3Durgent%26unit%3Dfictief"

register(
    Page("views", "/loket/lijsten/", roles=DESK),
    Page(
        "view_keep",
        NEW,
        roles=DESK,
        states={
            "error": lambda world: Send(NEW, {"title": "", "tell": "many", "after": "0"}),
            "all": "/loket/lijsten/nieuw/",
            "advice": "/loket/lijsten/nieuw/?what=queue%3Dadvice",
        },
    ),
    Page(
        "view",
        lambda world: _view("Geld en schulden"),
        roles=("samira",),
        states={
            "changed": State(
                lambda world: Send(
                    _view("Geld en schulden"), {"title": "Schulden eerst", "tell": "daily", "version": "0"}
                ),
                status=409,
            ),
        },
    ),
    Page(
        "dashboard_columns",
        "/loket/kolommen/",
        roles=DESK,
        states={"error": lambda world: Send("/loket/kolommen/", {"chosen": MANY})},
    ),
    Page(
        "case_tags",
        lambda world: world.url("case_tags", "sent_back"),
        roles=DESK,
        states={
            "error": lambda world: Send(world.url("case_tags", "sent_back"), {"label": "06 12 34 56 78"}),
            "worker": State(lambda world: world.url("case_tags", "active"), role="bram"),
        },
    ),
    Page(
        "dashboard_print",
        lambda world: _picked(30),
        roles=DESK,
        states={"skipped": lambda world: Send("/loket/papier/", {"pick": ["NB-2222-2222"]})},
    ),
    Page("case_search", lambda world: world.url("case_search", "active"), roles=("bram",)),
    Page(
        "call_back_week",
        "/loket/terugbellen/week/",
        roles=DESK,
        states={"empty": "/loket/terugbellen/week/?vanaf=2040-01-02"},
    ),
)
