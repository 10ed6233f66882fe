"""Logging in with the employer: against a certified provider on loopback, and against one that lies."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.conf import settings as site
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts import factors
from accounts.actions import disable_user
from accounts.employer.configuration import ClaimTable, RoleRule
from accounts.models import AuditEvent, Membership, User
from desk.demo.organisation import SECRET
from tests.factories.cast import Cast
from tests.oidc.provider import CALLBACK, PEOPLE, Provider, running
from tests.oidc.visitor import FAILED, LOG_IN, START, UNKNOWN, come_in, leave, log_in_there, refusals, tie, who

TABLE = ClaimTable(
    unit_claim="department",
    units={"90BAT-A": "90bat-a"},
    roles=(
        RoleRule("groups", "loket", "desk", "desk_worker"),
        RoleRule("groups", "west", "regional-west", "regional_worker"),
    ),
)


@pytest.fixture(scope="module")
def _provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with running(tmp_path_factory.mktemp("oidc"), site.SITE_URL) as provider:
        yield provider


@pytest.fixture
def provider(_provider: Provider, settings: Any) -> Provider:
    """The real one, as the site's employer."""
    _provider.say(PEOPLE)
    settings.OIDC = _provider.employer(claims=TABLE)
    return _provider


# -- the good way -----------------------------------------------------------------------------------


def test_who_is_known_by_issuer_and_sub_comes_in(cast: Cast, provider: Provider) -> None:
    tie(cast.tom)
    browser = Client()
    asked = parse_qs(urlsplit(leave(browser)).query)
    assert (asked["response_type"], asked["code_challenge_method"]) == (["code"], ["S256"])
    assert len(asked["nonce"][0]) >= 40
    assert come_in(browser, to="/mijn/") == "/mijn/"
    assert who(browser) == cast.tom
    assert browser.get("/mijn/").status_code == 200
    assert AuditEvent.objects.filter(action="employer.login", outcome="done", actor_id=cast.tom.pk).count() == 1


def test_what_proves_a_second_factor_is_asked_for(cast: Cast, provider: Provider, settings: Any) -> None:
    settings.OIDC = provider.employer(acr=frozenset({"urn:b", "urn:a"}))
    assert parse_qs(urlsplit(leave(Client())).query)["acr_values"] == ["urn:a urn:b"]


def test_nothing_of_the_provider_is_kept(cast: Cast, provider: Provider) -> None:
    tie(cast.tom)
    browser = Client()
    come_in(browser)
    account = SocialAccount.objects.get()
    assert (account.extra_data, SocialToken.objects.count()) == ({}, 0)
    assert "Petra" not in str(browser.session.items())
    cast.tom.refresh_from_db()
    assert (cast.tom.email, cast.tom.name) == ("tom@thuis.example", "")


def test_only_addresses_of_our_own_are_gone_to_afterwards(cast: Cast, provider: Provider) -> None:
    tie(cast.tom)
    assert come_in(Client(), to="https://elders.example/") == "/start/"


def test_the_same_sub_of_another_issuer_is_somebody_else(cast: Cast, provider: Provider) -> None:
    SocialAccount.objects.create(user=cast.tom, provider="https://elders.example", uid="emp-1")
    browser = Client()
    assert come_in(browser) == UNKNOWN
    assert who(browser) is None


def test_another_person_at_the_same_browser_is_another_session(
    cast: Cast, provider: Provider, logged_in: Callable[..., Client]
) -> None:
    """Somebody logged in here meanwhile, in another window: who comes from the provider is the one who is in."""
    tie(cast.tom)
    browser = Client()
    back = log_in_there(leave(browser), "emp-1", factor=True)
    browser.force_login(cast.lisa)
    before = browser.session.session_key
    assert browser.get(back)["Location"] == "/start/"
    assert who(browser) == cast.tom
    assert browser.session.session_key != before


# -- who does not come in ---------------------------------------------------------------------------


def test_an_unknown_user_is_turned_away_in_neutral_words(cast: Cast, provider: Provider) -> None:
    browser, people = Client(), User.objects.count()
    assert come_in(browser) == UNKNOWN
    assert who(browser) is None
    assert User.objects.count() == people
    assert refusals() == ["unknown"]


def test_the_same_address_links_nothing_and_hints_at_nothing(cast: Cast, provider: Provider, settings: Any) -> None:
    """emp-2 has the address of Samira's account; emp-1 has one that nobody has. Both hear exactly the same."""
    answers, mails = {}, len(mail.outbox)
    for sub in ("emp-1", "emp-2"):
        browser = Client()
        html = browser.get(come_in(browser, sub)).content.decode()
        answers[sub] = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)
        assert who(browser) is None
    assert answers["emp-1"] == answers["emp-2"]
    assert (SocialAccount.objects.count(), len(mail.outbox)) == (0, mails)
    settings.OIDC = provider.employer(new_accounts=True)
    first, second = Client(), Client()
    assert come_in(first, "emp-1") == come_in(second, "emp-2") == "/start/"
    assert who(second) not in {cast.samira, None}
    assert not who(second).memberships.exists()
    assert {user.email.split("@")[1] for user in (who(first), who(second))} == {"zonder-adres.invalid"}


def test_a_new_account_has_no_role_and_no_password_and_is_made_once(
    cast: Cast, provider: Provider, settings: Any
) -> None:
    settings.OIDC = provider.employer(new_accounts=True)
    browser = Client()
    come_in(browser)
    made = who(browser)
    assert (made.has_usable_password(), made.memberships.count(), made.name, made.has_address) == (False, 0, "", False)
    assert browser.get("/start/")["Location"] == "/mijn/"
    assert browser.get("/loket/").status_code == 404
    again = Client()
    come_in(again)
    assert who(again) == made


def test_a_closed_account_stays_closed(cast: Cast, provider: Provider, at: dt.datetime) -> None:
    disable_user(tie(cast.tom), by=cast.actor("els"), at=at)
    browser = Client()
    assert come_in(browser) == "/account/gesloten/"
    assert who(browser) is None


def test_a_callback_works_once(cast: Cast, provider: Provider) -> None:
    tie(cast.tom)
    browser = Client()
    back = log_in_there(leave(browser), "emp-1")
    assert browser.get(back)["Location"] == "/start/"
    browser.post("/account/uitloggen/")
    assert browser.get(back)["Location"] == FAILED
    assert who(browser) is None


def test_a_callback_of_another_browser_is_refused(cast: Cast, provider: Provider) -> None:
    """Otherwise somebody could be logged in to an account that is not theirs, and write in it."""
    tie(cast.tom)
    back, victim = log_in_there(leave(Client()), "emp-1"), Client()
    assert victim.get(back)["Location"] == FAILED
    assert who(victim) is None
    assert refusals() == ["state"]


def test_stopping_at_the_provider_leads_back_to_our_own_log_in(cast: Cast, provider: Provider) -> None:
    assert come_in(Client(), go="stop") == LOG_IN


@pytest.mark.parametrize("query", ["", "?code=a", "?code=a&state=b", "?error=server_error&state=x", "?state=%00"])
def test_nonsense_at_the_callback_is_a_calm_page(provider: Provider, db: None, query: str) -> None:
    answer = Client().get(CALLBACK + query, follow=True)
    assert answer.status_code == 200
    assert "Inloggen lukte niet" in answer.content.decode()


def test_a_provider_that_is_away_is_a_calm_page(cast: Cast, provider: Provider, settings: Any, tmp_path: Any) -> None:
    browser = Client()
    back = log_in_there(leave(browser), "emp-1")
    away = Provider(tmp_path, site.SITE_URL)
    settings.OIDC = away.employer()
    assert browser.post(START)["Location"] == FAILED
    assert browser.get(back)["Location"] == FAILED
    assert set(refusals()) <= {"away", "state"}


# -- the second factor ------------------------------------------------------------------------------


@pytest.mark.parametrize(("factor", "amr", "proven"), [(True, {"mfa"}, 1), (False, {"mfa"}, 0), (True, {"otp"}, 0)])
def test_the_proof_of_a_second_factor_is_kept_when_there_is_one(
    cast: Cast, provider: Provider, settings: Any, factor: bool, amr: set[str], proven: int
) -> None:
    """Without it a colleague still has to pass ours: nothing in the session says that they did."""
    settings.OIDC = provider.employer(amr=frozenset(amr))
    browser = Client()
    tie(cast.samira)
    come_in(browser, factor=factor)
    records = browser.session[AUTHENTICATION_METHODS_SESSION_KEY]
    assert [record["type"] for record in records if record["method"] == "mfa"] == ["employer"] * proven
    assert [record["provider"] for record in records if record["method"] == "socialaccount"] == [provider.issuer]


def test_who_has_a_factor_of_ours_is_asked_for_it_without_proof_and_not_asked_twice_with_it(
    cast: Cast, provider: Provider
) -> None:
    factors.give_apps([tie(cast.samira)], SECRET)
    without, proven = Client(), Client()
    assert come_in(without) == "/account/inloggen/controle/"
    assert who(without) is None
    assert come_in(proven, factor=True) == "/start/"
    assert who(proven) == cast.samira
    assert proven.get("/loket/").status_code == 200


def test_a_proof_of_before_does_not_open_the_next_log_in(cast: Cast, provider: Provider) -> None:
    factors.give_apps([tie(cast.samira)], SECRET)
    browser = Client()
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)):
        request = RequestFactory().get("/")
        request.session = SessionStore()
        factors.remember_strong(request, cast.samira, "employer")
        request.session.save()
    browser.cookies[site.SESSION_COOKIE_NAME] = request.session.session_key
    assert come_in(browser) == "/account/inloggen/controle/"
    assert who(browser) is None


# -- claims -----------------------------------------------------------------------------------------


def roles(user: User) -> set[tuple[str, str, bool]]:
    today = timezone.localdate()
    rows = Membership.objects.filter(user=user).live_on(today)
    return {(row.team.code, row.role, row.from_claim) for row in rows.select_related("team")}


def test_claims_give_a_unit_and_roles_and_take_them_again(cast: Cast, provider: Provider) -> None:
    tie(cast.tom)
    person = PEOPLE["emp-1"]
    desk, west = ("desk", "desk_worker", True), ("regional-west", "regional_worker", True)
    for groups, expected in ((["loket"], {desk}), (["loket", "west"], {desk, west}), ([], set()), (["west"], {west})):
        provider.say({"emp-1": person | {"groups": groups}})
        come_in(Client())
        assert roles(cast.tom) == expected, groups
    cast.tom.refresh_from_db()
    assert (cast.tom.employer_unit.code, cast.tom.name) == ("90bat-a", "Petra Proef")
    provider.say({"emp-1": person | {"department": "ONBEKEND"}})
    come_in(Client())
    cast.tom.refresh_from_db()
    assert cast.tom.employer_unit is None


def test_what_a_person_made_is_never_touched(cast: Cast, provider: Provider) -> None:
    tie(cast.samira)
    provider.say({"emp-1": PEOPLE["emp-1"] | {"groups": ["loket"]}})
    come_in(Client())
    provider.say({"emp-1": PEOPLE["emp-1"]})
    come_in(Client())
    assert roles(cast.samira) == {("desk", "desk_worker", False)}
    cast.samira.refresh_from_db()
    assert cast.samira.name == "Samira El Amrani"


def test_a_role_of_yesterday_keeps_its_history(cast: Cast, provider: Provider) -> None:
    tie(cast.tom)
    today = timezone.localdate()
    Membership.objects.create(
        user=cast.tom, team=cast.teams["desk"], role="desk_worker", starts_on=today - dt.timedelta(days=9),
        from_claim=True,
    )  # fmt: skip
    come_in(Client())
    row = Membership.objects.get(user=cast.tom)
    assert row.ends_on in {today - dt.timedelta(days=1), today}
    assert roles(cast.tom) == set()


# -- tying it to an account -------------------------------------------------------------------------


def test_an_account_is_tied_by_its_owner_and_untied(
    cast: Cast, provider: Provider, logged_in: Callable[..., Client]
) -> None:
    browser = logged_in(cast.samira)
    url = browser.post("/account/werkgever/")["Location"]
    assert browser.get(log_in_there(url, "emp-1"))["Location"] == "/account/werkgever/"
    assert "Je kunt hier inloggen met Defensie" in browser.get("/account/werkgever/").content.decode()
    other = Client()
    come_in(other, factor=True)
    assert who(other) == cast.samira
    browser.post("/account/werkgever/", {"untie": "1"})
    assert come_in(Client()) == UNKNOWN


def test_tying_asks_who_you_are_again_after_five_minutes(
    cast: Cast, provider: Provider, logged_in: Callable[..., Client]
) -> None:
    browser = logged_in(cast.samira)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=6)):
        for answer in (browser.get("/account/werkgever/"), browser.post("/account/werkgever/")):
            assert answer["Location"].endswith("?next=%2Faccount%2Fwerkgever%2F")
    assert not SocialAccount.objects.exists()


def test_a_log_in_that_is_tied_stays_with_its_account(
    cast: Cast, provider: Provider, logged_in: Callable[..., Client]
) -> None:
    tie(cast.tom)
    browser = logged_in(cast.lisa)
    url = browser.post("/account/werkgever/")["Location"]
    assert browser.get(log_in_there(url, "emp-1"))["Location"] == UNKNOWN
    assert SocialAccount.objects.get().user == cast.tom
    assert who(browser) == cast.lisa


def test_who_logged_in_meanwhile_is_not_tied(cast: Cast, provider: Provider, logged_in: Callable[..., Client]) -> None:
    browser = logged_in(cast.lisa)
    back = log_in_there(browser.post("/account/werkgever/")["Location"], "emp-1")
    other = logged_in(cast.tom)
    session = other.session
    session["socialaccount_states"] = browser.session["socialaccount_states"]
    session.save()
    assert other.get(back)["Location"] == FAILED
    assert not SocialAccount.objects.exists()


def test_the_only_way_in_is_not_thrown_away(cast: Cast, provider: Provider, logged_in: Callable[..., Client]) -> None:
    cast.tom.set_unusable_password()
    cast.tom.save()
    tie(cast.tom)
    browser = logged_in(cast.tom)
    assert "enige manier" in browser.get("/account/werkgever/").content.decode()
    browser.post("/account/werkgever/", {"untie": "1"})
    assert SocialAccount.objects.count() == 1


# -- without an employer ----------------------------------------------------------------------------


def test_without_settings_there_is_no_button_and_no_page(
    cast: Cast, settings: Any, logged_in: Callable[..., Client]
) -> None:
    settings.OIDC = None
    assert "Defensie" not in Client().get(LOG_IN).content.decode()
    assert [Client().post(START).status_code, Client().get(CALLBACK).status_code] == [404, 404]
    browser = logged_in(cast.tom)
    assert browser.get("/account/werkgever/").status_code == 404
    assert browser.post("/account/werkgever/").status_code == 404


def test_the_button_stands_on_the_log_in_page(provider: Provider, db: None) -> None:
    html = Client().get(LOG_IN + "?next=/mijn/").content.decode()
    form = html[html.index(f'action="{START}"') :].partition("</form>")[0]
    assert "Inloggen met Defensie" in form
    assert 'name="next" value="/mijn/"' in form
