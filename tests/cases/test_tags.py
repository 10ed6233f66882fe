"""Labels: short, never about a person, put once, for staff only."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AuditEvent
from cases import tags
from cases.enums import CaseState
from cases.models import Case, CaseTag, Tag
from cases.moves import NotNow
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
DUTCH = {"accept-language": "nl"}


def labels(case: Case) -> list[str]:
    return sorted(CaseTag.objects.filter(case=case).values_list("tag__label", flat=True))


@pytest.mark.parametrize("label", ["Geld", "Na missie 3", "Gezin & school", "Tolk-nodig", "É"])
def test_what_can_be_a_label(label: str) -> None:
    assert tags.wrong_with(label) == ""


@pytest.mark.parametrize("label", ["", "x" * 25, "tom@thuis", "06 12 34 56", "12345", "1-2-3-4-5", " geld", "a\x00b"])
def test_what_cannot(label: str) -> None:
    assert tags.wrong_with(label) != ""


def test_the_same_label_is_one_whatever_its_capitals(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("samira")
    assert tags.make(" Geld ", by=by, at=at) == tags.make("gELD", by=by, at=at)
    assert AuditEvent.objects.filter(action="tag.made").count() == 1
    Tag.objects.update(active=False)
    with pytest.raises(NotNow):
        tags.make("geld", by=by, at=at)


def test_put_once_kept_exactly_and_five_at_most(cast: Cast, at: dt.datetime) -> None:
    by, case = cast.actor("samira"), make_case(cast)
    made = [tags.make(f"Label {letter}", by=by, at=at) for letter in "abcdef"]
    for _ in range(2):
        tags.put(case, made[0], by=by, at=at)
    tags.keep(case, made[1:3], by=by, at=at)
    assert labels(case) == ["Label b", "Label c"]
    with pytest.raises(NotNow):
        tags.keep(case, made, by=by, at=at)
    assert labels(case) == ["Label b", "Label c"]
    actions = list(AuditEvent.objects.filter(case_id=case.pk).order_by("pk").values_list("action", flat=True))
    assert actions == ["case.tagged", "case.untagged", "case.tagged", "case.tagged"]


def test_a_closed_case_gets_none(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("samira")
    case = make_case(cast, state=CaseState.CLOSED, outcome="no_request", closed_at=at)
    with pytest.raises(NotNow):
        tags.put(case, tags.make("Geld", by=by, at=at), by=by, at=at)


def test_the_page_puts_makes_and_takes_off(cast: Cast, logged_in: LogIn) -> None:
    case, desk = make_case(cast), logged_in(cast.samira)
    page = f"/zaken/{case.reference}/labels/"
    assert desk.post(page, {"label": "Geld"})["Location"] == f"/loket/{case.reference}/"
    assert labels(case) == ["Geld"]
    strip = desk.get(f"/loket/{case.reference}/", headers=DUTCH).content.decode()
    assert "Geld" in strip and page in strip
    geld = Tag.objects.get()
    assert desk.get(page).context["form"].initial == {"chosen": [str(geld.pk)], "seen": str(geld.pk)}
    wrong = desk.post(page, {"chosen": [geld.pk], "label": "06 12 34 56 78"}, headers=DUTCH)
    assert set(wrong.context["form"].errors) == {"label"} and "06 12 34 56 78" in wrong.content.decode()
    desk.post(page, {})
    assert labels(case) == []


def test_a_worker_chooses_but_makes_none(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    case, bram = make_accepted(cast), logged_in(cast.bram)
    page = f"/zaken/{case.reference}/labels/"
    assert "De zaak" not in bram.get(page, headers=DUTCH).content.decode()
    geld = tags.make("Geld", by=cast.actor("samira"), at=at)
    assert list(bram.get(page).context["form"].fields) == ["chosen", "seen"]
    bram.post(page, {"chosen": [geld.pk], "label": "Nieuw"})
    assert labels(case) == ["Geld"] and Tag.objects.count() == 1
    assert "Geld" in bram.get(f"/zaken/{case.reference}/").content.decode()


def test_the_client_never_sees_a_label(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    case = make_case(cast, client="tom")
    by = cast.actor("samira")
    tags.put(case, tags.make("Zichtbaarheid", by=by, at=at), by=by, at=at)
    tom = logged_in(cast.tom)
    for page in ("/mijn/", f"/mijn/{case.reference}/"):
        answer = tom.get(page, follow=True)
        assert answer.status_code == 200 and "Zichtbaarheid" not in answer.content.decode()
    assert tom.get(f"/zaken/{case.reference}/labels/").status_code == 404


def test_the_coordinator_keeps_the_list(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    els, case = logged_in(cast.els), make_case(cast)
    assert logged_in(cast.arie).get("/organisatie/blad/tags/").status_code == 404
    els.post("/organisatie/blad/tags/nieuw/", {"label": "Geld", "active": "on"})
    geld = Tag.objects.get()
    again = els.post("/organisatie/blad/tags/nieuw/", {"label": "geld", "active": "on"}, headers=DUTCH)
    assert set(again.context["form"].errors) == {"label"}
    tags.put(case, geld, by=cast.actor("samira"), at=at)
    els.post(f"/organisatie/blad/tags/{geld.pk}/weg/")
    assert Tag.objects.filter(pk=geld.pk).exists()  # it is in use
    els.post(f"/organisatie/blad/tags/{geld.pk}/", {"label": "Geldzorgen"})
    assert (Tag.objects.get().label, Tag.objects.get().active) == ("Geldzorgen", False)
