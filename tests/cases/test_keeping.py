"""Long forms of the file keep themselves while they are written: the analysis, the plan, how a group talk went."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent
from cases import analysis, closing, confidentiality, debriefing, note_drafts, plan
from cases.enums import AccessReason, CaseOutcome
from cases.models import Analysis, Case, CaseAccess, GroupTalk, NoteDraft, Plan
from cases.models.plan import Goal
from tests.factories.cast import Cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
DAY = dt.timedelta(days=1)
ONE, TWO = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
TYPING = {"HX-Request": "true"}
TEXT = "Hij vraagt of hij kan wisselen van groep."


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def case(cast: Cast) -> Case:
    """With Bram, who explained confidentiality."""
    case, by = make_accepted(cast, client="tom"), cast.actor("bram")
    confidentiality.explain(case, on=cast.at.date(), by=by, at=cast.at)
    return case


@pytest.fixture
def bram(cast: Cast, logged_in: LogIn) -> Client:
    return logged_in(cast.bram, headers={"accept-language": "en"})


def talk_of(case: Case, cast: Cast) -> GroupTalk:
    by = cast.actor("bram", cast.at - 2 * DAY)
    return debriefing.plan(
        case, starts_at=cast.at - DAY, minutes=60, place="Kazerne", incident="Een ongeval.", second=cast.ilse, by=by,
        at=cast.at - 2 * DAY,
    )  # fmt: skip


def page_of(what: str, case: Case, cast: Cast) -> str:
    tails = {"analysis": "plan/analyse/", "plan": "plan/wijzigen/"}
    if what == "group":
        return f"/zaken/{case.reference}/groep/{talk_of(case, cast).pk}/"
    return f"/zaken/{case.reference}/{tails[what]}"


SENT: dict[str, dict[str, Any]] = {
    "analysis": {"demand": TEXT, "context": "Op het werk.", "number": "0"},
    "plan": {"ends_when": TEXT, "goal_1": "Weer slapen", "talks": "4", "number": "0"},
    "group": {"report": TEXT, "present": "8", "want_own_talk": "2", "look_again_on": "2026-12-24", "version": "1"},
}


def keep(browser: Client, path: str, what: str, form: str = ONE, **more: Any) -> str:
    sent = {"do": "keep", "kept_form": form, **SENT[what], **more}
    return " ".join(browser.post(path, sent, headers=TYPING).content.decode().split())


@pytest.mark.parametrize("what", SENT)
def test_typing_is_kept_and_offered_again(case: Case, cast: Cast, bram: Client, what: str) -> None:
    path = page_of(what, case, cast)
    first = bram.get(path).content.decode()
    assert 'hx-post=""' in first and 'id="kept-line" role="status"' in first
    told = keep(bram, path, what)
    assert re.search(r"Kept at \d\d:\d\d\. Only you see it until you save it\.", told) and TEXT not in told
    assert TEXT in bram.get(path).content.decode()
    draft = NoteDraft.objects.select_related("case__data_key").get()
    assert (draft.kind, draft.author, TEXT in draft.body) == (what, cast.bram, True)
    assert not Analysis.objects.exists() and not Plan.objects.exists()
    assert AuditEvent.objects.filter(action="note.kept", case_id=case.pk, part=what).count() == 1


@pytest.mark.parametrize("what", SENT)
def test_saving_takes_it_away_and_what_comes_in_after_makes_none(
    case: Case, cast: Cast, bram: Client, what: str
) -> None:
    path = page_of(what, case, cast)
    keep(bram, path, what)
    assert bram.post(path, {"kept_form": ONE, **SENT[what]}).status_code == 302
    assert not NoteDraft.objects.exists()
    assert "This was saved meanwhile." in keep(bram, path, what)
    assert not NoteDraft.objects.exists()
    assert TEXT in bram.get(path).content.decode()


def test_what_cannot_be_saved_stays_kept(case: Case, cast: Cast, bram: Client) -> None:
    path = page_of("plan", case, cast)
    keep(bram, path, "plan")
    answer = bram.post(path, {"kept_form": ONE, **SENT["plan"], "talks": "nul"})
    assert answer.status_code == 200 and TEXT in answer.content.decode() and NoteDraft.objects.count() == 1


def test_another_tab_overwrites_nothing_unseen(case: Case, cast: Cast, bram: Client) -> None:
    path = page_of("analysis", case, cast)
    keep(bram, path, "analysis")
    told = keep(bram, path, "analysis", TWO, demand="Iets heel anders.")
    assert "another tab" in told and TEXT in told and 'name="over"' in told
    whole = bram.post(path, {"do": "keep", "kept_form": TWO, **SENT["analysis"], "demand": "Iets heel anders."})
    assert "Iets heel anders." in whole.content.decode() and TEXT in whole.content.decode()
    version = NoteDraft.objects.get().version
    bram.post(path, {"over": version, "kept_form": TWO, **SENT["analysis"], "demand": "Iets heel anders."})
    assert "Iets heel anders." in bram.get(path).content.decode()
    assert TEXT not in bram.get(path).content.decode()


def test_a_colleague_who_saved_meanwhile_is_met_with_both_texts(case: Case, cast: Cast, bram: Client) -> None:
    path = page_of("analysis", case, cast)
    keep(bram, path, "analysis")
    analysis.write(case, {"demand": "Zoals Els het zag."}, number=0, by=cast.actor("bram"), at=cast.at)
    assert TEXT in bram.get(path).content.decode()  # what was kept is not lost
    both = bram.post(path, {"kept_form": ONE, **SENT["analysis"]}).content.decode()
    assert "Zoals Els het zag." in both and TEXT in both and NoteDraft.objects.count() == 1
    assert bram.post(path, {"kept_form": ONE, **SENT["analysis"], "number": "1"}).status_code == 302
    assert (Analysis.objects.count(), NoteDraft.objects.count()) == (2, 0)


def test_without_a_script_and_throwing_it_away(case: Case, cast: Cast, bram: Client) -> None:
    path = page_of("plan", case, cast)
    answer = bram.post(path, {"do": "keep", "kept_form": ONE, **SENT["plan"]})
    assert (answer.status_code, answer.url) == (302, f"/zaken/{case.reference}/plan/")
    assert 'value="drop"' in bram.get(path).content.decode()
    for _time in range(2):
        assert bram.post(path, {"do": "drop"}).url == path
    assert not NoteDraft.objects.exists() and TEXT not in bram.get(path).content.decode()


def test_it_goes_after_seven_days_and_with_the_case(case: Case, cast: Cast, bram: Client) -> None:
    path = page_of("analysis", case, cast)
    keep(bram, path, "analysis")
    assert [note_drafts.forget_old(cast.at + days * DAY) for days in (6, 7, 7)] == [0, 1, 0]
    keep(bram, path, "analysis")
    closing.close(case, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=cast.at)
    assert not NoteDraft.objects.exists()
    assert "closed" in keep(bram, path, "analysis") and not NoteDraft.objects.exists()


@pytest.mark.parametrize("what", SENT)
def test_nobody_else_ever_sees_it(case: Case, cast: Cast, bram: Client, logged_in: LogIn, what: str) -> None:
    path = page_of(what, case, cast)
    keep(bram, path, what)
    CaseAccess.objects.create(case=case, user=cast.ilse, reason=AccessReason.DEPUTY, starts_at=cast.at)
    ilse = logged_in(cast.ilse, headers={"accept-language": "en"})
    for where in (path, f"/zaken/{case.reference}/verslagen/", f"/zaken/{case.reference}/plan/"):
        page = ilse.get(where)
        assert page.status_code == 200 and TEXT not in page.content.decode()
    keep(ilse, path, what, TWO)
    assert {row.author for row in NoteDraft.objects.select_related("author")} == {cast.bram, cast.ilse}
    assert logged_in(cast.karin).post(path, {"do": "keep", **SENT[what]}).status_code == 404
    assert "You began" not in bram.get(f"/zaken/{case.reference}/verslagen/").content.decode()


@pytest.mark.parametrize("sent", [
    {}, {"demand": " "}, {"demand": "x" * 30_000}, {"kept_form": "nee"}, {"number": "veel", "demand": "x"},
    {"over": "veel", "kept_seen": "-1"},
])  # fmt: skip
def test_odd_requests_while_typing_end_in_a_sentence(
    case: Case, cast: Cast, bram: Client, sent: dict[str, str]
) -> None:
    path = page_of("analysis", case, cast)
    answer = bram.post(path, {"do": "keep"} | sent, headers=TYPING)
    assert answer.status_code == 200 and NoteDraft.objects.count() == (1 if sent.get("demand") == "x" else 0)


def test_two_talks_keep_each_their_own(case: Case, cast: Cast, bram: Client) -> None:
    for number in range(2):
        keep(bram, page_of("group", case, cast), "group", str(uuid.uuid4()), report=f"Verslag {number}")
    assert NoteDraft.objects.filter(case=case, kind="group").count() == 2


def test_the_plan_that_was_saved_since_is_shown(case: Case, cast: Cast, bram: Client) -> None:
    path = page_of("plan", case, cast)
    keep(bram, path, "plan")
    plan.make(case, [Goal("", "Van een ander")], talks=2, ends_when="Dan.", number=0, by=cast.actor("bram"), at=cast.at)
    both = bram.post(path, {"kept_form": ONE, **SENT["plan"]}).content.decode()
    assert "Van een ander" in both and TEXT in both
