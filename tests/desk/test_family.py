"""Letting someone in: the client's pages by both doors, the link, the code, and what the other then sees."""

import datetime as dt
import html
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.delivery import make_mail
from accounts.models import AuditEvent, Notice, NoticeChoice
from accounts.notices import KINDS
from cases import appointments, blocks, family, messages, tokens
from cases.enums import AccessReason, ContactWay, InvitationState
from cases.family import Guest, Invited, Wanted
from cases.models import Case, CaseAccess, Invitation, Message
from cases.permissions import grant
from desk.templatetags.nabij import day_date, short_date
from tests.desk.test_client import follow
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.files import upload
from tests.factories.work import make_accepted
from tests.walk import counted

LogIn = Callable[..., Client]
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SECRETS = ("Ik heb ruzie met mijn sergeant", "Ruzie met de sergeant", "work.conflict", "90 Fictief")


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast(timezone.localtime())


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_accepted(cast, client="tom")


def ask(case: Case, cast: Cast, scope: str = "messages", days: int = 30, **more: Any) -> Invited:
    """An invitation for Lisa, made by the verb."""
    wanted = Wanted(scope, timezone.localdate() + dt.timedelta(days=days), **more)
    guest = Guest("Lisa Visser", "mijn zus", "Tommie")
    return family.invite(case, guest, wanted, submission_id=uuid.uuid4(), by=cast.actor("tom"), at=timezone.now())


def link(made: Invited) -> str:
    row = made.invitation
    return f"/mijn/mee/{tokens.token_of(row.pk, row.token_hash)}/"


def text(response: Any) -> str:
    return " ".join(html.unescape(response.content.decode()).split())


def body(response: Any) -> str:
    """What the page says, without the address it was asked at and the tokens, which differ each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text(response).partition("<main")[2])


def let_in(made: Invited, browser: Client) -> str:
    """Give the code and say yes; returns the page."""
    browser.post(link(made), {"code": made.code})
    answer = browser.post(link(made), {"do": "yes"})
    assert answer.status_code == 302, text(answer)
    return str(answer["Location"])


def test_a_client_invites_by_both_doors(cast: Cast, case: Case, logged_in: LogIn) -> None:
    doors = ((logged_in(cast.tom), f"/mijn/{case.reference}/mee/"), (follow(case), "/volgen/aanvraag/mee/"))
    for number, (browser, start) in enumerate(doors, start=1):
        page = text(browser.get(start + "nieuw/"))
        given = {
            "name": "Lisa Visser", "relation": "mijn zus", "called": "Tommie", "scope": "dates", "way": "link",
            "ends_on": f"{timezone.localdate() + 30 * DAY}", "submission": str(uuid.uuid4()),
        }  # fmt: skip
        warned = browser.post(start + "nieuw/", given)
        assert "Lisa Visser" in text(warned)
        assert Invitation.objects.count() == number - 1
        made = browser.post(start + "nieuw/", given | {"sure": "on"})
        assert re.search(r"\d{4} \d{4}", text(made))
        row = Invitation.objects.latest("created_at")
        assert (row.name, row.relation, row.called, row.scope) == ("Lisa Visser", "mijn zus", "Tommie", "dates")
        assert family.link_of(row) in text(made)
        again = browser.post(start + "nieuw/", given | {"sure": "on"})
        assert (again.status_code, Invitation.objects.count()) == (302, number)
        assert "Lisa Visser" in text(browser.get(start))
        assert page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Schrijf op wie het is"),
        ("called", "", "Schrijf de naam op"),
        ("scope", "full", "Kies een van deze antwoorden"),
        ("ends_on", "2020-01-01", "Kies een laatste dag"),
        ("ends_on", "2999-01-01", "Kies een laatste dag"),
        ("ends_on", "morgen", "Vul een datum in"),
        ("email", "geen adres", "Vul een e-mailadres in"),
    ],
)
def test_bad_input_is_said_beside_the_field(
    cast: Cast, case: Case, logged_in: LogIn, field: str, value: str, words: str
) -> None:
    good = {
        "name": "Lisa Visser", "called": "Tommie", "scope": "dates", "way": "mail", "email": "lisa@thuis.example",
        "ends_on": f"{timezone.localdate()}", "submission": str(uuid.uuid4()), "sure": "on",
    }  # fmt: skip
    answer = logged_in(cast.tom).post(f"/mijn/{case.reference}/mee/nieuw/", good | {field: value})
    assert words in text(answer)
    assert not Invitation.objects.exists()


def test_from_link_to_page(cast: Cast, case: Case, logged_in: LogIn) -> None:
    made, browser = ask(case, cast), logged_in(cast.lisa)
    first = browser.get(link(made))
    assert "Tommie" not in text(first)
    assert made.invitation.name not in text(first)
    browser.post(link(made), {"code": made.code.replace(" ", "-")})
    assert "Tommie" in text(browser.get(link(made)))
    page = let_in(made, browser)
    assert page == f"/mijn/mee/{made.invitation.pk}/"
    seen = text(browser.get(page))
    assert "Tommie" in seen
    assert [secret for secret in SECRETS if secret in seen] == []
    assert case.reference not in seen
    assert "Tommie" in text(browser.get("/mijn/mee/"))
    row = CaseAccess.objects.get(reason=AccessReason.FAMILY)
    assert (row.user, row.scope, row.source) == (cast.lisa, "messages", str(made.invitation.pk))
    assert row.ends_at == family.end_of(timezone.localdate() + 30 * DAY)
    assert browser.get(link(made))["Location"] == page


@pytest.mark.parametrize(
    "tail", ["", "verhaal/", "bereiken/", "verloop/", "wie-keek/", "verslagen/", "stoppen/", "mee/"]
)
def test_being_let_in_opens_none_of_the_clients_pages(cast: Cast, case: Case, logged_in: LogIn, tail: str) -> None:
    made, browser = ask(case, cast), logged_in(cast.lisa)
    let_in(made, browser)
    assert browser.get(f"/mijn/{case.reference}/{tail}").status_code == 404
    assert case.reference not in text(browser.get("/mijn/"))


def test_each_scope_shows_its_own_and_nothing_else(cast: Cast, case: Case, logged_in: LogIn) -> None:
    bram, at = cast.actor("bram"), timezone.now()
    plans = [
        appointments.plan_session(
            case, starts_at=at + days * DAY, way=ContactWay.VISIT, place=f"Kamer {days}", by=bram, at=at, reason="x"
        )
        for days in (2, 3)
    ]
    messages.send(case, submission_id=uuid.uuid4(), body="VAN-VOOR", by=bram, at=at - HOUR)
    shown = {}
    for scope in ("named", "dates", "messages", "joint"):
        more = {"session_id": plans[1].pk} if scope == "joint" else {}
        made, browser = ask(case, cast, scope, **more), logged_in(cast.lisa)
        page = let_in(made, browser)
        messages.send(case, submission_id=uuid.uuid4(), body=f"ERNA-{scope}", by=bram, at=timezone.now())
        shown[scope] = text(browser.get(page))
        wrote = browser.post(page, {"body": "Hoi", "submission": str(uuid.uuid4())})
        assert (wrote.status_code, scope) == (302 if scope == "messages" else 404, scope)
    found = {
        scope: [word for word in ("Kamer 2", "Kamer 3", "ERNA", "VAN-VOOR") if word in page]
        for scope, page in shown.items()
    }
    assert found == {"named": [], "dates": ["Kamer 2", "Kamer 3"], "messages": ["Kamer 2", "Kamer 3", "ERNA"],
                     "joint": ["Kamer 3"]}  # fmt: skip
    assert CaseAccess.objects.filter(reason=AccessReason.FAMILY).live(timezone.now()).count() == 1


def test_what_a_relative_writes_is_read_by_both(cast: Cast, case: Case, logged_in: LogIn) -> None:
    made, browser = ask(case, cast), logged_in(cast.lisa)
    page = let_in(made, browser)
    sent = {"body": "Ik maak me zorgen.", "submission": str(uuid.uuid4())}
    assert browser.post(page, sent).status_code == 302
    assert browser.post(page, sent).status_code == 302
    message = Message.objects.get()
    assert (message.sender, message.family, message.answered_at) == (None, made.invitation, None)
    assert message.answer_by is not None
    for reader, path in ((cast.tom, f"/mijn/{case.reference}/"), (cast.bram, f"/zaken/{case.reference}/berichten/")):
        seen = text(logged_in(reader).get(path))
        assert "Ik maak me zorgen." in seen
        assert "Lisa Visser (mijn zus)" in seen
    other = ask(case, cast)
    second = logged_in(cast.max)
    assert "Ik maak me zorgen." not in text(second.get(let_in(other, second)))
    assert Notice.objects.filter(kind="case.message", user=cast.bram, channel="inbox").count() == 1


def test_files_without_words_are_no_empty_line_for_who_was_let_in(cast: Cast, case: Case, logged_in: LogIn) -> None:
    made, browser = ask(case, cast), logged_in(cast.lisa)
    page = let_in(made, browser)
    bram = cast.actor("bram")
    messages.send(case, submission_id=uuid.uuid4(), body="", by=bram, at=timezone.now(), files=[upload()])
    assert "Files without words" in browser.get(page, headers={"accept-language": "en"}).content.decode()


def test_a_new_message_is_told_neutrally_while_they_may_read_it(cast: Cast, case: Case, logged_in: LogIn) -> None:
    made = ask(case, cast)
    let_in(made, logged_in(cast.lisa))
    let_in(ask(case, cast, "dates"), logged_in(cast.max))
    NoticeChoice.objects.create(user=cast.lisa, kind="family.news", channel="inbox")
    for by in ("bram", "tom"):
        write(case, cast, by)
    news = Notice.objects.filter(kind="family.news")
    assert [(row.user, row.channel, row.path) for row in news] == [(cast.lisa, "email", "/mijn/mee/")] * 2
    first, second = news
    mail = make_mail(first, KINDS[first.kind], "lisa@thuis.example")
    told = mail.body + mail.subject
    assert [word for word in ("Tommie", "Tom", "Hoi", case.reference) if word in told] == []
    assert KINDS["family.news"].address(second).email == cast.lisa.email
    family.withdraw(made.invitation, by=cast.actor("tom"), at=timezone.now())
    assert KINDS["family.news"].address(second).skip == "no longer let in"
    write(case, cast, "bram")
    assert news.count() == 2


def test_a_relative_hears_nothing_of_what_they_do_not_see(cast: Cast, case: Case, logged_in: LogIn) -> None:
    lisa, made = logged_in(cast.lisa), ask(case, cast)
    page = let_in(made, lisa)
    second = ask(case, cast)
    let_in(second, logged_in(cast.max))
    lisa.post(page, {"body": "Van mij.", "submission": str(uuid.uuid4())})
    assert not Notice.objects.filter(kind="family.news").exists()
    blocks.block(case, cast.max, by=cast.actor("tom"), at=timezone.now())
    write(case, cast, "bram")
    assert set(Notice.objects.filter(kind="family.news").values_list("user", flat=True)) == {cast.lisa.pk}


def write(case: Case, cast: Cast, first: str) -> None:
    messages.send(case, submission_id=uuid.uuid4(), body="Hoi", by=cast.actor(first), at=timezone.now())


def test_withdrawal_counts_on_an_open_page_and_is_silent(cast: Cast, case: Case, logged_in: LogIn) -> None:
    made, browser, tom = ask(case, cast), logged_in(cast.lisa), logged_in(cast.tom)
    page = let_in(made, browser)
    assert browser.get(page).status_code == 200
    before = Notice.objects.filter(user=cast.lisa).count()
    assert tom.post(f"/mijn/{case.reference}/mee/{made.invitation.pk}/", {"do": "withdraw"}).status_code == 302
    gone, never = browser.get(page), browser.get(f"/mijn/mee/{uuid.uuid4()}/")
    assert (gone.status_code, never.status_code) == (404, 404)
    assert body(gone) == body(never)
    assert browser.post(page, {"body": "Hoi", "submission": str(uuid.uuid4())}).status_code == 404
    assert "Tommie" not in text(browser.get("/mijn/mee/"))
    assert Notice.objects.filter(user=cast.lisa).count() == before
    assert "Lisa Visser" in text(tom.get(f"/mijn/{case.reference}/mee/"))
    refusals = AuditEvent.objects.filter(outcome="denied", case_id=case.pk, actor_id=str(cast.lisa.pk))
    assert refusals.count() == 2


def test_it_ends_by_the_clock(cast: Cast, case: Case, logged_in: LogIn) -> None:
    made, browser = ask(case, cast, days=2), logged_in(cast.lisa)
    page = let_in(made, browser)
    end = family.end_of(timezone.localdate() + 2 * DAY)
    for moment, status in ((end - dt.timedelta(seconds=1), 200), (end, 404)):
        with time_machine.travel(moment, tick=False):
            assert logged_in(cast.lisa).get(page).status_code == status
    with time_machine.travel(end, tick=False):
        assert made.invitation.__class__.objects.get().state(end) == InvitationState.OVER


def test_bad_links_each_have_a_calm_page(cast: Cast, case: Case, logged_in: LogIn) -> None:
    """Forged, withdrawn, used, too old, one's own, a colleague's: nothing about a case or a person."""
    used, gone, old, own = (ask(case, cast) for _number in range(4))
    let_in(used, logged_in(cast.lisa))
    family.withdraw(gone.invitation, by=cast.actor("tom"), at=timezone.now())
    Invitation.objects.filter(pk=old.invitation.pk).update(open_until=timezone.now())
    own_browser, works_here = logged_in(cast.tom), logged_in(cast.bram)
    pages = {
        "forged": logged_in(cast.max).get("/mijn/mee/abcdefghijklmnop/"),
        "withdrawn": logged_in(cast.max).get(link(gone)),
        "used": logged_in(cast.max).get(link(used)),
        "old": logged_in(cast.max).get(link(old)),
        "own": own_browser.post(link(own), {"code": own.code}),
        "colleague": works_here.post(link(own), {"code": own.code}),
    }
    assert {name: page.status_code for name, page in pages.items()} == {
        "forged": 404, "withdrawn": 404, "used": 410, "old": 410, "own": 409, "colleague": 409,
    }  # fmt: skip
    assert body(pages["forged"]) == body(pages["withdrawn"])
    for page in pages.values():
        assert [word for word in (*SECRETS, "Tommie", "Lisa", case.reference) if word in text(page)] == []
    assert AuditEvent.objects.filter(action="family.refused").count() == 6


def test_a_blocked_account_finds_nothing_behind_the_link(cast: Cast, case: Case, logged_in: LogIn) -> None:
    made = ask(case, cast)
    grant(case, reason=AccessReason.BLOCKED, user_id=cast.lisa.pk, at=timezone.now())
    assert logged_in(cast.lisa).post(link(made), {"code": made.code}).status_code == 404


def test_a_changed_address_gives_the_code_again(cast: Cast, case: Case, logged_in: LogIn) -> None:
    made, browser = ask(case, cast), logged_in(cast.lisa)
    browser.post(link(made), {"code": made.code})
    cast.lisa.email = "iemand.anders@thuis.example"
    cast.lisa.save()
    assert "Tommie" not in text(browser.get(link(made)))
    assert browser.post(link(made), {"do": "yes"})["Location"] == link(made)
    assert not CaseAccess.objects.filter(reason=AccessReason.FAMILY).exists()


def test_no_is_no(cast: Cast, case: Case, logged_in: LogIn) -> None:
    made, browser = ask(case, cast), logged_in(cast.lisa)
    browser.post(link(made), {"code": made.code})
    assert browser.post(link(made), {"do": "no"}).status_code == 200
    assert browser.get(link(made)).status_code == 404
    assert Invitation.objects.get().state(timezone.now()) == InvitationState.DECLINED


def test_more_asks_the_warning_again_and_less_does_not(cast: Cast, case: Case, logged_in: LogIn) -> None:
    made, browser, tom = ask(case, cast, "dates"), logged_in(cast.lisa), logged_in(cast.tom)
    page = let_in(made, browser)
    here = f"/mijn/{case.reference}/mee/{made.invitation.pk}/"
    wish = {"scope": "messages", "ends_on": f"{family.last_day(made.invitation)}", "submission": str(uuid.uuid4())}
    assert "Ja" in text(tom.post(here, wish))
    assert Invitation.objects.get().scope == "dates"
    assert tom.post(here, wish | {"sure": "on"}).status_code == 302
    assert "Berichten" in text(browser.get(page))
    assert tom.post(here, wish | {"scope": "named"}).status_code == 302
    assert "Berichten" not in text(browser.get(page))
    live = CaseAccess.objects.filter(reason=AccessReason.FAMILY).live(timezone.now())
    assert list(live.values_list("scope", flat=True)) == ["named"]


def test_another_clients_invitation_is_not_found(cast: Cast, case: Case, logged_in: LogIn) -> None:
    made, other = ask(case, cast), make_case(cast, client="max")
    answer = logged_in(cast.max).post(f"/mijn/{other.reference}/mee/{made.invitation.pk}/", {"do": "withdraw"})
    assert answer.status_code == 404
    assert Invitation.objects.get().withdrawn_at is None


def test_the_client_and_the_worker_see_who_looks_along(cast: Cast, case: Case, logged_in: LogIn) -> None:
    made, browser = ask(case, cast, "dates"), logged_in(cast.lisa)
    browser.get(let_in(made, browser))
    last = family.last_day(made.invitation)
    for reader, path, day in (
        (cast.tom, f"/mijn/{case.reference}/wie-keek/", day_date(last)),
        (cast.bram, f"/zaken/{case.reference}/betrokkenen/", short_date(last)),
    ):
        seen = text(logged_in(reader).get(path))
        assert seen.count("Lisa Visser") == 2  # who can see, and who looked
        assert f"(tot en met {day})" in seen
    assert "Lisa" not in text(browser.get(f"/mijn/mee/{made.invitation.pk}/"))


def test_they_may_stop_by_themselves(cast: Cast, case: Case, logged_in: LogIn) -> None:
    made, browser = ask(case, cast), logged_in(cast.lisa)
    page = let_in(made, browser)
    assert browser.post(page, {"do": "leave"}).status_code == 302
    assert browser.get(page).status_code == 404
    assert Invitation.objects.get().state(timezone.now()) == InvitationState.LEFT


def test_a_neutral_mail_with_the_link_and_never_the_code(cast: Cast, case: Case) -> None:
    wanted = Wanted("dates", timezone.localdate() + 9 * DAY)
    guest = Guest("Lisa Visser", "zus", "Tommie", "lisa@thuis.example")
    made = family.invite(case, guest, wanted, submission_id=uuid.uuid4(), by=cast.actor("tom"), at=timezone.now())
    notice = Notice.objects.get(kind="family.invited")
    kind = KINDS[notice.kind]
    assert (notice.path, kind.address(notice).email) == ("", "lisa@thuis.example")
    mail = make_mail(notice, kind, "lisa@thuis.example")
    assert link(made) in mail.body
    assert [word for word in (made.code, "Tommie", "Lisa", case.reference) if word in mail.body + mail.subject] == []
    family.withdraw(made.invitation, by=cast.actor("tom"), at=timezone.now())
    assert kind.address(notice).skip == "no longer open"


def costs(browser: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(path).status_code == 200
    return len(counted(queries))


def test_the_lists_cost_the_same_for_one_and_for_thirty(cast: Cast, case: Case, logged_in: LogIn) -> None:
    tom, browser = logged_in(cast.tom), logged_in(cast.lisa)
    found = []
    for number in (1, 29):
        for _more in range(number):
            made = ask(case, cast)
            browser.get(let_in(made, browser))  # one look, for the list of looks
        pages = (f"/mijn/{case.reference}/mee/", f"/mijn/{case.reference}/wie-keek/")
        found.append(
            [costs(tom, page) for page in pages]
            + [costs(browser, page) for page in ("/mijn/mee/", f"/mijn/mee/{made.invitation.pk}/")]
        )
    assert found[0] == found[1]
    assert max(found[0]) <= 12
    assert text(tom.get(f"/mijn/{case.reference}/mee/?page=2")).count("Lisa Visser") == 10
