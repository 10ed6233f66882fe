"""At night to the office for small deployments, and to a chaplain: what goes where, and what nobody ever gets.

Over HTTP, page by page, with the clock at the hour that matters.
"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.enums import Role
from accounts.models import AuditEvent, Membership, Notice, OpeningHours, User
from cases.models import Case, CaseAccess, Message, Note, TimelineEntry
from referrals.models import Referral
from tests.conftest import AMSTERDAM
from tests.desk.asking import Asking
from tests.factories.cast import Cast, make_cast
from tests.factories.reach import make_reach, write_snapshot

LogIn = Callable[..., Client]
NIGHT = dt.datetime(2026, 3, 10, 3, 0, tzinfo=AMSTERDAM)
MORNING = NIGHT.replace(hour=9, minute=30)
STORY = "Ik zit alleen op een kleine post. Mijn verlof is weer uitgesteld en thuis loopt het vast."
SUMMARY = "Verlof uitgesteld, problemen thuis. Wil weten wat er kan."


@pytest.fixture
def cast(db: None, settings: Any, tmp_path: Path) -> Cast:
    """Everyone around that night: an office with hours, chaplains of two world views, and one of the battalion."""
    made = make_cast(NIGHT)
    for weekday in range(1, 6):
        OpeningHours.objects.create(team=made.teams["biu"], weekday=weekday, opens=dt.time(9), closes=dt.time(17))
    make_reach("Anne Wester", world_view_nl="Protestants")
    make_reach("Yusuf Kaya", world_view_nl="Islamitisch", day_number="088 000 00 33", night_number="")
    make_reach("Pieter Zomer", unit=made.units["90bat"], day_number="088 000 00 34", night_number="088 000 00 44")
    make_reach("Bureau", destination="BIU", day_number="088 000 00 36", night_number="088 000 00 20")
    write_snapshot(settings, tmp_path, NIGHT)
    return made


@pytest.fixture
def chaplain(cast: Cast) -> User:
    user = User.objects.create_user("anne@nabij.example", name="Anne Wester")
    Membership.objects.create(user=user, team=cast.teams["chaplaincy"], role=Role.CHAPLAIN, starts_on=NIGHT.date())
    return user


def ask(**changed: Any) -> tuple[Asking, Case]:
    """Someone sends a request at night; the page after sending, and the case that came of it."""
    asking = Asking()
    asking.walk(story={"story": STORY}, **changed)
    asking.post(send="1")
    return asking, Case.objects.select_related("intake").get()


def followed(asking: Asking) -> Client:
    """Their browser, after giving the reference and the pass-phrase."""
    receipt = asking.response.context["receipt"]
    asking.client.post("/volgen/", {"reference": receipt.reference, "phrase": receipt.passphrase})
    return asking.client


def words(client: Client, path: str) -> str:
    response = client.get(path, headers={"accept-language": "nl"})
    assert response.status_code == 200
    return response.content.decode()


def decide(desk: Client, case: Case, outcome: str, **answers: Any) -> None:
    """Choose an outcome at triage as the page asks it."""
    page = f"/loket/{case.reference}/"
    version = desk.get(f"{page}?outcome={outcome}").context["case"].version
    typed = {"version": version} | answers
    sent = {"do": "decide", "outcome": outcome} | {f"decide-{name}": value for name, value in typed.items()}
    response = desk.post(page, sent)
    assert response.status_code == 302, response.context["decide"].errors


def test_a_soldier_on_a_small_deployment_is_helped_by_the_office(cast: Cast, logged_in: LogIn) -> None:
    with time_machine.travel(NIGHT, tick=False):
        asking, case = ask(situation={"situation": "small_deployment"})
        assert (case.intake.proposal, case.intake.handler_now) == ("BIU", "AFTER_HOURS_LINE")
        assert "088 000 00 20" in asking.page  # the office, by night
        nadia = logged_in(cast.nadia)
        nadia.post(f"/loket/{case.reference}/", {"do": "take"})
        found = nadia.get(f"/loket/{case.reference}/?outcome=refer").context["decide"].found
        assert [one.team.code for one in found] == ["biu"]
        page = words(nadia, f"/loket/{case.reference}/?outcome=refer")
        assert "Tot dan blijft het loket de eerste die helpt" in page
        decide(nadia, case, "refer", destination="BIU", to=found[0].key, note=SUMMARY, consent="ask")
        approves(followed(asking))
        assert Referral.objects.get().state == "offered"
    with time_machine.travel(MORNING, tick=False):
        referral = Referral.objects.get()
        assert logged_in(cast.bram).get(f"/overnemen/{referral.pk}/").status_code == 404
        wies = logged_in(cast.wies)
        assert SUMMARY in words(wies, f"/overnemen/{referral.pk}/")
        wies.post(f"/overnemen/{referral.pk}/", {"read": "on"})
        case.refresh_from_db()
        assert (case.state, case.owner) == ("accepted", cast.wies)
        page = words(followed(asking), "/volgen/aanvraag/")
        assert "Wies Bos" in page and "Bureau Individuele Uitzendingen" in page


def approves(client: Client) -> None:
    """The client reads the summary and says yes."""
    asked = client.get("/volgen/aanvraag/samenvatting/").context["referral"]
    answer = {"asked": asked.pk, "summary": SUMMARY, "answer": "yes"}
    assert client.post("/volgen/aanvraag/samenvatting/", answer).status_code == 302


def test_who_wants_a_chaplain_at_night_hears_at_once_whom_to_call_and_nothing_travels(
    cast: Cast, chaplain: User, logged_in: LogIn
) -> None:
    with time_machine.travel(NIGHT, tick=False):
        public_page_says_so_without_a_name()
        asking, case = ask(wish={"wish": "chaplain"})
        assert case.intake.proposal == "CHAPLAIN"
        assert asking.page.index("088 000 00 44") < asking.page.index("088 000 00 30")  # their own battalion first
        nadia = logged_in(cast.nadia)
        assert "088 000 00 30" in words(nadia, "/wacht/")
        nadia.post(f"/loket/{case.reference}/", {"do": "take"})
        decide(nadia, case, "chaplain", note="Wil praten over schuld.")
        case.refresh_from_db()
        assert (case.state, case.outcome, case.outcome_note) == ("closed", "chaplain", "")
        message = Message.objects.get()
        assert "Pieter Zomer: 088 000 00 44." in str(message.body) and STORY not in str(message.body)
        assert "088 000 00 44" in words(followed(asking), "/volgen/aanvraag/")
    nothing_was_kept_or_sent(case)
    with time_machine.travel(MORNING, tick=False):
        for user in (chaplain, cast.max):
            sees_nothing(logged_in(user), user, case)


def public_page_says_so_without_a_name() -> None:
    visitor = Client()
    page = words(visitor, "/wegen/chaplain/")
    for number in ("088 000 00 30", "088 000 00 33", "088 000 00 44"):
        assert number in page
    assert "__Host-session" not in visitor.cookies


def nothing_was_kept_or_sent(case: Case) -> None:
    """No hand-over, no note, no access of anybody outside the desk, no notice to anybody but who helps."""
    assert not Referral.objects.exists()
    assert not Note.objects.filter(case=case).exists()
    assert "schuld" not in " ".join(str(entry.text) for entry in TimelineEntry.objects.filter(case=case))
    roles = Membership.objects.filter(user__in=CaseAccess.objects.filter(case=case).values("user"))
    assert not roles.filter(role=Role.CHAPLAIN).exists()
    assert not Notice.objects.filter(user__email__startswith="anne@").exists()


def sees_nothing(browser: Client, user: User, case: Case) -> None:
    """Neither the page of the desk, nor the file, nor a card; each try leaves a line."""
    for path in (f"/loket/{case.reference}/", f"/zaken/{case.reference}/"):
        assert browser.get(path).status_code == 404
    board = browser.get("/overnemen/")
    assert board.status_code == 404 or case.reference not in board.content.decode()
    assert AuditEvent.objects.filter(actor_id=str(user.pk), outcome="denied").count() >= 2
