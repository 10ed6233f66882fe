"""The roles of a Social Medical Team are data: who fills them, what goes to each, and every version of them."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from accounts.models import AuditEvent, User
from accounts.permissions import Refused
from cases import deputies
from cases.moves import NotNow
from referrals import actions, smt
from referrals.enums import Destination, HandOver, ReferralState, SmtGets
from referrals.forms.smt import SmtRoleForm
from referrals.matching import Candidate
from referrals.models import Referral, SmtRole, SmtRoleVersion, SmtSeat
from referrals.moves import receivers
from referrals.offering import Terms
from referrals.reaching import load_arranged
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral, to_team, to_worker
from tests.referrals.test_destinations import member, pass_on
from tests.referrals.test_finding import at_place, names

Browser = Callable[..., Client]
TEAM = "SMT 90 Fictional Battalion"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def dirk(cast: Cast) -> User:
    """The doctor of the team."""
    cast.users["dirk"] = member(cast, "dirk", cast.teams["smt-90"], Role.SMT_DOCTOR)
    return cast.users["dirk"]


def role(kind: str = Role.SMT_DOCTOR) -> SmtRole:
    return SmtRole.objects.get(role=kind)


def change(cast: Cast, row: SmtRole, **fields: Any) -> SmtRole:
    for name, value in fields.items():
        setattr(row, name, value)
    return smt.keep(row, by=cast.actor("els"), at=cast.at)


def to_dirk(cast: Cast) -> Candidate:
    return to_worker(cast, "dirk", "smt-90")


def test_a_role_is_added_renamed_ordered_and_each_time_a_version(cast: Cast, dirk: User) -> None:
    made = change(cast, SmtRole(name_nl="Psycholoog", name_en="Psychologist", order=5))
    change(cast, made, name_en="Military psychologist")
    change(cast, made, name_en="Military psychologist")
    assert [str(one) for one in load_arranged().places][0] == "Military psychologist"
    assert [str(one) for one in smt.versions(made)] == ["Military psychologist", "Psychologist"]
    told = AuditEvent.objects.filter(action__startswith="smt_role.").order_by("pk").values_list("action", flat=True)
    assert list(told) == ["smt_role.added", "smt_role.changed"]
    assert f"{TEAM} has nobody for: Military psychologist." in at_place(cast, Destination.SMT).lacks
    smt.name(made, cast.teams["smt-90"], cast.ruben, by=cast.actor("els"), at=cast.at)
    found = at_place(cast, Destination.SMT)
    assert [one.because.split(". ")[0] for one in found.candidates[:2]] == ["Military psychologist", "Doctor"]
    assert f"{TEAM} has nobody for: Military psychologist." not in found.lacks


def test_what_was_is_never_changed(cast: Cast) -> None:
    before = SmtRoleVersion.objects.count()
    assert before == 4  # the roles of the source, from the start
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        SmtRoleVersion.objects.update(name_nl="Anders")
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        SmtRoleVersion.objects.all().delete()


def test_to_a_role_that_gets_only_a_question_no_case_goes(cast: Cast, dirk: User) -> None:
    change(cast, role(), gets=SmtGets.CONTACT)
    found = at_place(cast, Destination.SMT)
    assert f"Dirk de Vries ({TEAM})" not in names(found)
    assert "Dirk de Vries (Doctor) gets no case. A worker can ask them a question." in found.lacks
    with pytest.raises(NotNow):
        pass_on(cast, to_dirk(cast), Destination.SMT)
    offered = pass_on(cast, to_team(cast, "smt-90"), Destination.SMT)
    assert receivers(offered, cast.at) == [cast.ruben]
    assert list(Referral.objects.offered_to(cast.actor("ruben"))) == [offered]
    assert not Referral.objects.addressed_to(cast.actor("dirk")).exists()
    with pytest.raises(Refused):
        actions.accept(offered, read=True, by=cast.actor("dirk"), at=cast.at)


def consult(cast: Cast, words: str, **terms: Any) -> Referral:
    """Bram, who has a case, asks Dirk for advice."""
    case = actions.accept(make_referral(cast), read=True, by=cast.actor("bram"), at=cast.at).case
    case.refresh_from_db()
    asked = Terms(HandOver.CONSULTATION, "Advies.", ends_at=cast.at + dt.timedelta(days=7), **terms)
    return actions.propose(
        case, to_dirk(cast), destination=Destination.SMT, summary=words, by=cast.actor("bram"), at=cast.at,
        by_phone=True, terms=asked,
    )  # fmt: skip


def test_a_question_and_no_more(cast: Cast, dirk: User) -> None:
    change(cast, role(), gets=SmtGets.CONTACT)
    with pytest.raises(NotNow, match="Only a question goes to Dirk"):
        consult(cast, "x" * 301)
    Referral.objects.all().delete()
    asked = consult(cast, "Mag iemand met deze klacht mee?")
    assert list(Referral.objects.offered_to(cast.actor("dirk"))) == [asked]
    change(cast, role(), gets=SmtGets.WAYS)
    assert not Referral.objects.addressed_to(cast.actor("dirk")).exists()
    with pytest.raises(Refused):
        actions.accept(asked, read=True, by=cast.actor("dirk"), at=cast.at)


def test_where_nothing_goes_nothing_is_asked(cast: Cast, dirk: User) -> None:
    change(cast, role(), gets=SmtGets.WAYS)
    with pytest.raises(NotNow, match="Nothing goes to Dirk"):
        consult(cast, "Een vraag.")


def test_a_role_that_changes_while_an_offer_waits_shuts_it(cast: Cast, dirk: User) -> None:
    offered = pass_on(cast, to_dirk(cast), Destination.SMT)
    assert list(Referral.objects.offered_to(cast.actor("dirk"))) == [offered]
    smt.retire(role(), by=cast.actor("els"), at=cast.at)
    assert not Referral.objects.offered_to(cast.actor("dirk")).exists()
    with pytest.raises(Refused):
        actions.accept(offered, read=True, by=cast.actor("dirk"), at=cast.at)
    assert receivers(offered, cast.at) == []
    smt.bring_back(role(), by=cast.actor("els"), at=cast.at)
    done = actions.accept(offered, read=True, by=cast.actor("dirk"), at=cast.at)
    assert (done.state, done.answered_by) == (ReferralState.ACCEPTED, dirk)


def test_retired_it_is_a_role_of_no_team(cast: Cast, dirk: User) -> None:
    for _time in range(2):
        smt.retire(role(), by=cast.actor("els"), at=cast.at)
    assert SmtRoleVersion.objects.filter(of=role().pk, retired=True).count() == 1
    assert f"Dirk de Vries ({TEAM})" not in names(at_place(cast, Destination.SMT))
    assert "Doctor" not in [str(one) for one in load_arranged().places]
    with pytest.raises(NotNow, match="retired"):
        smt.name(role(), cast.teams["smt-90"], dirk, by=cast.actor("els"), at=cast.at)


def test_who_is_named_has_the_role_and_the_others_no_longer(cast: Cast, dirk: User) -> None:
    second = member(cast, "door", cast.teams["smt-90"], Role.SMT_DOCTOR)
    by: dict[str, Any] = {"by": cast.actor("els"), "at": cast.at}
    seats = [smt.name(role(), cast.teams["smt-90"], dirk, **by) for _time in range(2)]
    assert seats[0] == seats[1]
    assert f"Dirk de Vries ({TEAM})" in names(at_place(cast, Destination.SMT))
    assert f"Door de Vries ({TEAM})" not in names(at_place(cast, Destination.SMT))
    offered = pass_on(cast, to_team(cast, "smt-90"), Destination.SMT)
    assert receivers(offered, cast.at) == [cast.ruben, dirk]
    smt.end(seats[0], **by)
    assert SmtSeat.objects.get().ended_at == cast.at
    assert receivers(offered, cast.at) == [cast.ruben, dirk, second]


def test_only_somebody_of_the_team_who_can_get_it_is_named(cast: Cast) -> None:
    pieter = member(cast, "pieter", cast.teams["smt-90"], Role.CHAPLAIN)
    by: dict[str, Any] = {"by": cast.actor("els"), "at": cast.at}
    with pytest.raises(NotNow, match="not in this team"):
        smt.name(role(), cast.teams["smt-90"], cast.bram, **by)
    with pytest.raises(NotNow, match="Nothing goes to Pieter"):
        smt.name(role(), cast.teams["smt-90"], pieter, **by)
    assert smt.name(role(Role.CHAPLAIN), cast.teams["smt-90"], pieter, **by).user == pieter


def test_a_chaplain_gets_no_file_whatever_somebody_fills_in(cast: Cast) -> None:
    pieter = member(cast, "pieter", cast.teams["smt-90"], Role.CHAPLAIN)
    chaplain = role(Role.CHAPLAIN)
    form = SmtRoleForm({"name_nl": "G", "role": "chaplain", "gets": "file", "order": "9"}, instance=chaplain)
    assert list(form.errors) == ["gets"]
    with pytest.raises(IntegrityError), transaction.atomic():
        SmtRole.objects.filter(pk=chaplain.pk).update(gets=SmtGets.FILE)
    change(cast, role(Role.CHAPLAIN), role="", gets=SmtGets.FILE)
    cast.users["pieter"] = pieter
    with pytest.raises(NotNow):
        pass_on(cast, to_worker(cast, "pieter", "smt-90"), Destination.SMT)
    assert pieter not in receivers(pass_on(cast, to_team(cast, "smt-90"), Destination.SMT), cast.at)


def test_a_coordinator_of_the_team_who_is_its_personnel_officer_gets_no_more(cast: Cast) -> None:
    els = member(cast, "hanna", cast.teams["smt-90"], Role.SMT_HR_OFFICER)
    els.memberships.create(team=cast.teams["smt-90"], role=Role.COORDINATOR, starts_on=cast.at.date())
    cast.users["hanna"] = els
    change(cast, role(Role.SMT_HR_OFFICER), gets=SmtGets.CONTACT)
    pass_on(cast, to_team(cast, "smt-90"), Destination.SMT)
    assert not Referral.objects.addressed_to(cast.actor("hanna")).exists()


def test_who_stands_in_from_another_team_takes_it(cast: Cast, dirk: User) -> None:
    day = cast.at.date()
    by: dict[str, Any] = {"by": cast.actor("els"), "at": cast.at}
    deputies.enter(dirk, first_day=day, last_day=day, deputy=cast.ilse, **by)
    offered = pass_on(cast, to_dirk(cast), Destination.SMT)
    assert receivers(offered, cast.at) == [cast.ilse, dirk]
    assert actions.accept(offered, read=True, by=cast.actor("ilse"), at=cast.at).answered_by == cast.ilse


def test_two_roles_are_not_taken_by_the_same(cast: Cast) -> None:
    with pytest.raises(NotNow, match="Another role"):
        change(cast, SmtRole(name_nl="Arts", role=Role.SMT_DOCTOR))
    smt.retire(role(), by=cast.actor("els"), at=cast.at)
    old = role()
    change(cast, SmtRole(name_nl="Huisarts", role=Role.SMT_DOCTOR))
    with pytest.raises(NotNow, match="Another role"):
        smt.bring_back(old, by=cast.actor("els"), at=cast.at)


def test_the_page_of_the_coordinator(cast: Cast, logged_in: Browser, dirk: User) -> None:
    els, page = logged_in(cast.els), reverse("smt")
    text = els.get(page, headers={"accept-language": "en"}).content.decode()
    assert "Serves: 90 Fictief Bataljon" in text
    assert "Dirk de Vries" in text
    els.post(reverse("smt_role_add"), {"name_nl": "Psycholoog", "gets": "contact", "order": "50"})
    made = SmtRole.objects.get(name_nl="Psycholoog")
    seat = {"team": cast.teams["smt-90"].pk, "user": cast.ruben.pk}
    assert els.post(reverse("smt_name", args=[made.pk]), seat)["Location"] == page
    wrong = els.post(reverse("smt_name", args=[made.pk]), {"team": "x", "user": cast.bram.pk}).content.decode()
    assert 'href="#id_team"' in wrong
    assert 'href="#id_user"' in wrong
    els.post(reverse("smt_name_end", args=[SmtSeat.objects.get().pk]))
    assert SmtSeat.objects.get().ended_at is not None
    els.post(reverse("smt_role", args=[made.pk]), {"name_nl": "Zielzorg", "gets": "ways", "order": "50"})
    assert "Psycholoog" in els.get(reverse("smt_role", args=[made.pk])).content.decode()
    els.post(reverse("smt_role_retire", args=[made.pk]))
    assert "Zielzorg" in els.get(page).content.decode()
    els.post(reverse("smt_role_retire", args=[made.pk]), {"back": "1"})
    made.refresh_from_db()
    assert (made.name_nl, made.gets, made.retired_at) == ("Zielzorg", "ways", None)


@pytest.mark.parametrize("name", ["samira", "bram", "ruben", "vera", "tom"])
def test_only_who_edits_the_organisation(cast: Cast, logged_in: Browser, name: str) -> None:
    browser, pk = logged_in(cast.users[name]), role().pk
    for address in (reverse("smt"), reverse("smt_role_add"), reverse("smt_role", args=[pk])):
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"name_nl": "X", "gets": "file", "order": "1"}).status_code in {404, 405}
    assert browser.post(reverse("smt_role_retire", args=[pk])).status_code == 404
    assert role().retired_at is None


def test_few_queries_however_many_roles(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        change(cast, SmtRole(name_nl=f"Rol {number}"))
        user = member(cast, f"m{number}", cast.teams["smt-90"], Role.SPECIALIST)
        smt.name(SmtRole.objects.latest("pk"), cast.teams["smt-90"], user, by=cast.actor("els"), at=cast.at)
    with django_assert_max_num_queries(6):
        [team] = smt.by_team(cast.at.date())
        assert len(team.filled) == 34
    assert len(at_place(cast, Destination.SMT).candidates) > 30
