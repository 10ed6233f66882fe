"""The pages with tasks: of one case, and of one person over all cases."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent
from cases import case_tasks, closing
from cases.enums import AccessReason, CaseOutcome
from cases.models import Case, CaseAccess, CaseTask
from tests.desk.counting import queries_of
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast around this very moment, because pages read the clock."""
    return make_cast(timezone.localtime())


def add(case: Case, cast: Cast, what: str = "Kamer bevestigen", by: str = "bram", **extra: object) -> CaseTask:
    return case_tasks.add(case, **{"what": what, "due_at": cast.at + DAY, "by": cast.actor(by), "at": cast.at} | extra)


def address(case: Case, task: CaseTask | None = None, tail: str = "") -> str:
    return f"/zaken/{case.reference}/taken/" + (f"{task.pk}/{tail}" if task else "")


def answers(cast: Cast, **changed: object) -> dict[str, object]:
    day = timezone.localdate() + DAY
    return {
        "what": "Bellen", "holder": cast.bram.pk, "day": day.isoformat(), "time": "17:00", "reminder": "hour",
        "submission": uuid.uuid4(), **changed,
    }  # fmt: skip


def test_a_task_is_added_changed_done_and_reopened(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast), logged_in(cast.bram)
    browser.post(address(case), answers(cast))
    task = CaseTask.objects.select_related("case__data_key").get()
    due = timezone.localtime(task.due_at)
    assert (task.what, task.user, f"{due:%H:%M}", task.due_at - task.tell_at) == (
        "Bellen", cast.bram, "17:00", dt.timedelta(hours=1),
    )  # fmt: skip
    browser.post(address(case, task), answers(cast, what="Terugbellen", holder="desk", version=task.version))
    task = CaseTask.objects.select_related("case__data_key").get()
    assert (task.what, task.for_desk) == ("Terugbellen", True)
    browser.post(address(case, task, "stand/"), {"do": "done"})
    assert CaseTask.objects.get().ended_by == cast.bram
    browser.post(address(case, task, "stand/"), {"do": "reopen"})
    assert CaseTask.objects.get().is_open
    answer = browser.post(address(case, task, "stand/"), {"do": "drop", "back": "mine"})
    assert (answer.url, CaseTask.objects.get().state) == ("/taken/", "dropped")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"what": ""}, "Schrijf op wat er moet gebeuren."),
        ({"day": "2001-01-01"}, "Dit moment is voorbij."),
        ({"day": "gisteren"}, "Vul een dag in"),
        ({"what": "x" * 301}, "te lang"),
        ({"holder": "999999"}, "Kies een van deze antwoorden."),
    ],
)
def test_a_mistake_stands_at_its_field_and_the_text_stays(
    cast: Cast, logged_in: LogIn, wrong: dict, words: str
) -> None:
    case = make_accepted(cast)
    page = logged_in(cast.bram).post(address(case), answers(cast, **{"what": "BLIJFT STAAN"} | wrong)).content.decode()
    assert words in page and ("what" in wrong or "BLIJFT STAAN" in page)
    assert not CaseTask.objects.exists()


def test_two_who_change_it_see_both_texts(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast), logged_in(cast.bram)
    task = add(case, cast)
    browser.post(address(case, task), answers(cast, what="Kamer 12", version=1))
    both = browser.post(address(case, task), answers(cast, what="Kamer 14", version=1)).content.decode()
    assert "Kamer 12" in both and "Kamer 14" in both
    browser.post(address(case, task), answers(cast, what="Kamer 14", version=2))
    assert CaseTask.objects.select_related("case__data_key").get().what == "Kamer 14"


def test_the_desk_sees_only_its_own_of_a_case_that_is_with_a_worker(cast: Cast, logged_in: LogIn) -> None:
    case, desk = make_accepted(cast), logged_in(cast.samira)
    mine, theirs = add(case, cast, "VAN BRAM"), add(case, cast, "AAN HET LOKET", for_desk=True)
    for path in (address(case), f"/zaken/{case.reference}/", "/taken/?list=desk"):
        page = desk.get(path).content.decode()
        assert "AAN HET LOKET" in page and "VAN BRAM" not in page
    assert desk.post(address(case, mine, "stand/"), {"do": "done"}).status_code == 404
    assert desk.get(address(case, theirs)).status_code == 403
    desk.post(address(case, theirs, "stand/"), {"do": "done", "back": "desk"})
    assert {task.pk: task.state for task in CaseTask.objects.all()} == {mine.pk: "open", theirs.pk: "done"}


@pytest.mark.parametrize("who", ["ilse", "karin", "vera", "arie", "tom"])
def test_others_find_nothing(cast: Cast, logged_in: LogIn, who: str) -> None:
    case = make_accepted(cast, client="tom")
    task, browser = add(case, cast), logged_in(cast.users[who])
    for path in (address(case), address(case, task)):
        assert browser.get(path).status_code == 404
    assert browser.post(address(case, task, "stand/"), {"do": "done"}).status_code == 404
    assert CaseTask.objects.get().is_open


def test_a_task_of_another_case_is_not_here(cast: Cast, logged_in: LogIn) -> None:
    case, other = make_accepted(cast), make_accepted(cast)
    task = add(other, cast)
    assert logged_in(cast.bram).get(address(case, task)).status_code == 404


def test_my_tasks_are_those_of_all_my_cases_and_of_whom_i_stand_in_for(cast: Cast, logged_in: LogIn) -> None:
    late, mine = add(make_accepted(cast), cast, "LATER"), make_accepted(cast)
    add(mine, cast, "EERST", due_at=cast.at + dt.timedelta(hours=1))
    add(make_accepted(cast, owner="ilse"), cast, "VAN ILSE", by="ilse")
    page = logged_in(cast.bram).get("/taken/").content.decode()
    assert page.index("EERST") < page.index("LATER") and "VAN ILSE" not in page
    assert AuditEvent.objects.filter(action="task.listed", case_id=late.case_id).count() == 1
    CaseAccess.objects.create(case=late.case, user=cast.bram, reason=AccessReason.BLOCKED, starts_at=cast.at)
    assert "LATER" not in logged_in(cast.bram).get("/taken/").content.decode()


def test_lists_cost_the_same_with_one_and_with_thirty(cast: Cast, logged_in: LogIn) -> None:
    browser, case = logged_in(cast.bram), make_accepted(cast)
    add(case, cast)
    paths = ("/taken/", address(case), f"/zaken/{case.reference}/")
    one = [len(queries_of(lambda path=path: browser.get(path))) for path in paths]
    for _number in range(29):
        add(make_accepted(cast), cast)
        add(case, cast)
    assert [len(queries_of(lambda path=path: browser.get(path))) for path in paths] == one
    assert max(one) <= 12
    assert "1–25 van 59 taken" in browser.get("/taken/").content.decode()


def test_closing_and_giving_back_say_what_happens_to_open_tasks(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast), logged_in(cast.bram)
    add(case, cast), add(case, cast)
    closing = " ".join(browser.get(f"/zaken/{case.reference}/afsluiten/").content.decode().split())
    assert "2 open taken</a> vervallen" in closing
    back = " ".join(browser.get(f"/zaken/{case.reference}/teruggeven/").content.decode().split())
    assert "2 open taken</a> gaan naar het loket" in back


def test_aftercare_stays_after_closing(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast, state="active"), logged_in(cast.bram)
    assert "Dit is nazorg: dit blijft staan na het afsluiten" in browser.get(address(case)).content.decode()
    for what, care in (("GEWOON", {}), ("NAZORG", {"aftercare": "on", "holder": "desk"}), ("LATER", {})):
        browser.post(address(case), answers(cast, what=what, **care))
    later = next(row for row in CaseTask.objects.select_related("case__data_key") if row.what == "LATER")
    browser.post(address(case, later), answers(cast, what="LATER", holder="desk", aftercare="on", version=1))
    assert " checked" in browser.get(address(case, later)).content.decode()
    closing.close(case, outcome=CaseOutcome.STOPPED, by=cast.actor("bram"), at=timezone.now())
    states = {row.what: row.state for row in CaseTask.objects.select_related("case__data_key")}
    assert states == {"GEWOON": "dropped", "NAZORG": "open", "LATER": "open"}
    page = logged_in(cast.samira).get("/taken/?list=desk").content.decode()
    assert "NAZORG" in page and "LATER" in page and "Nazorg" in page


def test_the_desk_can_ask_a_colleague_at_the_desk(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_case(cast), logged_in(cast.samira)
    answer = browser.post(address(case), answers(cast, holder=cast.users["joost"].pk), follow=True)
    assert f"{cast.users['joost'].name} krijgt er een melding van." in answer.content.decode()


def test_triage_says_that_closing_drops_them(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_case(cast), logged_in(cast.samira)
    add(case, cast, by="samira")
    page = " ".join(browser.get(f"/loket/{case.reference}/?outcome=solved_at_desk").content.decode().split())
    assert "1 open taak</a> vervalt" in page
