"""Joining by a link: once, for a week, by exactly the one it was meant for; and what is tried with other links."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import delivery, invitations
from accounts.actions import Clash
from accounts.enums import Role
from accounts.invitations import Gone, token_of
from accounts.models import AuditEvent, Membership, Notice, StaffInvitation, User
from accounts.people import NotYours
from accounts.permissions import Refused
from tests.factories.cast import Cast

LogIn = Callable[..., Client]
PASSWORD = "zeven-gele-fietsen"
WEEK = dt.timedelta(days=7)


@pytest.fixture(autouse=True)
def _now(at: dt.datetime) -> None:
    with time_machine.travel(at, tick=False):
        yield


def invite(cast: Cast, email: str = "nora@nabij.example", role: str = Role.COACH, by: str = "els", **more: object):
    facts = {
        "name": "Nora Visser", "language": "nl", "team": cast.teams["pool"], "starts_on": cast.at.date(),
        "ends_on": None,
    } | more  # fmt: skip
    return invitations.invite(email=email, role=role, by=cast.actor(by), at=cast.at, **facts)


def link(invitation: StaffInvitation) -> str:
    return reverse("invitation", args=[token_of(invitation)])


def accept(client: Client, where: str, **more: object):
    return client.post(where, {"name": "Nora Visser", "language": "nl", "password": PASSWORD} | more)


def test_the_mail_says_nothing_and_its_link_is_kept_nowhere(cast: Cast, settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    found = invite(cast)
    delivery.deliver_due(cast.at)
    letter = next(one for one in mail.outbox if one.to == ["nora@nabij.example"])
    assert letter.subject == "Er is een bericht voor je"
    token = re.search(r"/uitnodiging/([\w-]{43})/", letter.body)[1]
    assert invitations.find(token) == found
    kept = [str(row) for row in (*StaffInvitation.objects.values(), *Notice.objects.values())]
    assert not any(token in row for row in kept)


def test_accepting_makes_an_account_with_a_role_and_logs_in(cast: Cast) -> None:
    client, found = Client(), invite(cast)
    assert "Landelijke pool" in client.get(link(found)).content.decode()
    answer = accept(client, link(found))
    assert (answer.status_code, answer["Location"]) == (302, reverse("start"))
    user = User.objects.get(email="nora@nabij.example")
    assert (user.name, user.language, user.check_password(PASSWORD)) == ("Nora Visser", "nl", True)
    assert user.memberships.get().role == Role.COACH
    assert client.get(reverse("board"))["Location"] == reverse("mfa_index")  # a passkey or app first
    assert AuditEvent.objects.get(action="invitation.accepted").actor_id == str(user.pk)


def test_it_works_once(cast: Cast) -> None:
    found = invite(cast)
    accept(Client(), link(found))
    again = accept(Client(), link(found), name="Iemand Anders")
    assert again.status_code == 410
    assert "al gebruikt" in again.content.decode()
    assert User.objects.filter(email="nora@nabij.example").get().name == "Nora Visser"


@pytest.mark.parametrize(("late", "status"), [(-dt.timedelta(seconds=1), 200), (dt.timedelta(0), 410)])
def test_it_ends_after_seven_days(cast: Cast, late: dt.timedelta, status: int) -> None:
    found = invite(cast)
    with time_machine.travel(cast.at + WEEK + late, tick=False):
        assert Client().get(link(found)).status_code == status
        assert accept(Client(), link(found)).status_code == (302 if status == 200 else 410)


def test_a_link_that_was_sent_again_makes_the_old_one_worthless(cast: Cast) -> None:
    found = invite(cast)
    old = link(found)
    fresh = invitations.resend(found, by=cast.actor("els"), at=cast.at + WEEK)
    with time_machine.travel(cast.at + WEEK, tick=False):
        assert Client().get(old).status_code == 404
        assert Client().get(link(fresh)).status_code == 200


def test_a_withdrawn_link_no_longer_works(cast: Cast) -> None:
    found = invite(cast)
    invitations.withdraw(found, by=cast.actor("els"), at=cast.at)
    invitations.withdraw(found, by=cast.actor("els"), at=cast.at)
    assert "ingetrokken" in Client().get(link(found)).content.decode()
    assert accept(Client(), link(found)).status_code == 410
    with pytest.raises(Gone):
        invitations.resend(found, by=cast.actor("els"), at=cast.at)
    assert not User.objects.filter(email="nora@nabij.example").exists()


@pytest.mark.parametrize("change", [lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"), lambda t: t[:-1], str.swapcase])
def test_a_forged_link_exists_nowhere_and_is_written_down(cast: Cast, change: Callable[[str], str]) -> None:
    wrong = reverse("invitation", args=[change(token_of(invite(cast)))])
    assert Client().get(wrong).status_code == 404
    assert accept(Client(), wrong).status_code == 404
    assert AuditEvent.objects.filter(action="invitation.open", outcome="denied").count() == 2


def test_somebody_with_an_account_logs_in_and_accepts(cast: Cast, logged_in: LogIn) -> None:
    found = invite(cast, email="TOM@thuis.example", name="Tom")
    stranger = Client()
    assert "Log in om aan te nemen" in stranger.get(link(found)).content.decode()
    assert accept(stranger, link(found)).status_code == 200
    assert not cast.tom.memberships.exists()
    other = logged_in(cast.lisa)
    assert "iemand anders" in other.get(link(found)).content.decode()
    other.post(link(found), {"name": "Lisa"})
    assert not Membership.objects.filter(user__in=[cast.lisa, cast.tom]).exists()
    tom = logged_in(cast.tom)
    assert tom.post(link(found), {"name": "Tom Jansen"}).status_code == 302
    assert cast.tom.memberships.get().role == Role.COACH


def test_inviting_says_nothing_about_an_account(cast: Cast, logged_in: LogIn) -> None:
    els, answers = logged_in(cast.els), []
    for email in ("tom@thuis.example", "nobody@thuis.example"):
        form = {
            "name": "Iemand", "email": email, "language": "nl", "team": cast.teams["pool"].pk, "role": Role.COACH,
            "starts_on": cast.at.date().isoformat(),
        }  # fmt: skip
        answer = els.post(reverse("invite"), form)
        page = els.get(reverse("people")).content.decode()
        answers.append((answer.status_code, answer["Location"], page.count("Iemand"), "heeft al een account" in page))
        StaffInvitation.objects.all().delete()
    assert answers[0] == answers[1]


def test_an_address_that_moved_on_gives_nothing_away(cast: Cast, logged_in: LogIn) -> None:
    """Tom was invited; he changed his address, and somebody else has the old one now."""
    found = invite(cast, email="tom@thuis.example")
    cast.tom.email = "tom@elders.example"
    cast.tom.save()
    heir = User.objects.create_user("tom@thuis.example", PASSWORD)
    assert logged_in(heir).post(link(found), {"name": "Erfgenaam"}).status_code == 200
    assert not heir.memberships.exists()
    assert accept(Client(), link(found)).status_code == 200
    assert logged_in(cast.tom).post(link(found), {"name": "Tom"}).status_code == 302
    assert cast.tom.memberships.count() == 1


def test_an_account_that_came_meanwhile_must_log_in(cast: Cast) -> None:
    found = invite(cast)
    User.objects.create_user("nora@nabij.example", "een-ander-wachtwoord")
    assert accept(Client(), link(found)).status_code == 200
    assert User.objects.get(email="nora@nabij.example").check_password("een-ander-wachtwoord")
    with pytest.raises(Clash):
        invitations.accept_new(
            found, name="N", language="nl", password=PASSWORD, by=cast.actor("els"), at=cast.at
        )  # fmt: skip


def test_a_closed_account_cannot_accept(cast: Cast) -> None:
    found = invite(cast, email=cast.ilse.email)
    cast.ilse.is_active = False
    cast.ilse.save()
    assert Client().get(link(found)).status_code == 410


@pytest.mark.parametrize("password", ["", "kort", "password1234", "nora@nabij.example"])
def test_a_weak_password_is_said_at_its_field(cast: Cast, password: str) -> None:
    answer = accept(Client(), link(invite(cast)), password=password)
    assert answer.status_code == 200
    assert 'href="#id_password"' in answer.content.decode()
    assert not User.objects.filter(email="nora@nabij.example").exists()


@pytest.mark.parametrize(
    ("by", "role"), [("els", Role.ADMINISTRATOR), ("els", Role.PRIVACY_OFFICER), ("samira", Role.COACH)]
)
def test_nobody_gives_what_they_may_not(cast: Cast, by: str, role: str) -> None:
    with pytest.raises(NotYours):
        invite(cast, by=by, role=role)
    assert invite(cast, by="arie", role=Role.ADMINISTRATOR).pk


def test_the_same_invitation_is_not_open_twice(cast: Cast) -> None:
    invite(cast)
    with pytest.raises(Clash):
        invite(cast, email="Nora@nabij.example ")


def test_only_who_handles_the_team_withdraws(cast: Cast, logged_in: LogIn) -> None:
    found = invite(cast)
    where = reverse("invitation_withdraw", args=[found.pk])
    assert logged_in(cast.samira).post(where).status_code == 404
    assert logged_in(cast.els).get(where).status_code == 405
    with pytest.raises(Refused):
        invitations.invitation_for(cast.actor("bram"), found.pk)
    assert logged_in(cast.els).post(where).status_code == 302
    found.refresh_from_db()
    assert found.withdrawn_at is not None


@pytest.mark.parametrize("alike", ["nora@nabıj.example", "nora@nabij.example".replace("j", "ĳ")])
def test_an_address_that_looks_alike_is_somebody_else(cast: Cast, alike: str) -> None:
    """The database finds a dotless i when it looks for an i in any case."""
    User.objects.create_user(alike, PASSWORD)
    found = invite(cast)
    assert found.user is None
    assert accept(Client(), link(found)).status_code == 302
    assert User.objects.get(email="nora@nabij.example").memberships.get().role == Role.COACH
