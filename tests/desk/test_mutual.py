"""Two clients show each other something: open for both or for none, and stopped by either, without a word."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from cases import family
from cases.enums import AccessReason
from cases.family import Guest, Invited, Wanted
from cases.models import Case, CaseAccess, Invitation
from cases.moves import NotNow
from tests.desk.test_client import follow
from tests.desk.test_family import link, text
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
Both = tuple[Cast, Case, Case, Invited]
DAY = dt.timedelta(days=1)


@pytest.fixture
def both(db: None) -> Both:
    """Tom's case, Lisa's own, and Tom's invitation to show each other something."""
    cast = make_cast(timezone.localtime())
    his, hers = make_accepted(cast, client="tom"), make_case(cast, client="lisa")
    wanted = Wanted("dates", timezone.localdate() + 30 * DAY)
    guest = Guest("Lisa Visser", "mijn vrouw", "Tommie", mutual=True)
    made = family.invite(his, guest, wanted, submission_id=uuid.uuid4(), by=cast.actor("tom"), at=timezone.now())
    return cast, his, hers, made


def opened() -> list[tuple[str, str]]:
    """Who is let in as family now, and how far."""
    rows = CaseAccess.objects.filter(reason=AccessReason.FAMILY).live(timezone.now())
    return sorted(rows.values_list("user__email", "scope"))


def say_yes(both: Both, browser: Client, **fields: str) -> str:
    _cast, _his, hers, made = both
    browser.post(link(made), {"code": made.code})
    answer = browser.post(link(made), {"do": "yes", "case": hers.reference, "scope": "named"} | fields)
    return str(answer.headers.get("Location", ""))


def pages(both: Both) -> tuple[str, str]:
    """The page that Lisa has of Tom, and Tom of Lisa."""
    row = both[3].invitation
    half = Invitation.objects.get(answers=row)
    return f"/mijn/mee/{row.pk}/", f"/mijn/mee/{half.pk}/"


def test_nothing_is_open_before_both_said_yes(both: Both, logged_in: LogIn) -> None:
    cast, _his, hers, made = both
    lisa = logged_in(cast.lisa)
    lisa.post(link(made), {"code": made.code})
    page = text(lisa.get(link(made)))
    assert "Wat jij laat zien" in page
    assert hers.reference in page
    assert "Kies een antwoord" in text(lisa.post(link(made), {"do": "yes"}))
    assert opened() == []
    assert say_yes(both, lisa) == f"/mijn/mee/{made.invitation.pk}/"
    assert opened() == [("lisa@thuis.example", "dates"), ("tom@thuis.example", "named")]


def test_each_sees_what_the_other_chose(both: Both, logged_in: LogIn) -> None:
    cast, his, hers, _made = both
    tom, lisa = logged_in(cast.tom), logged_in(cast.lisa)
    say_yes(both, lisa)
    of_tom, of_lisa = pages(both)
    assert "Afspraken" in text(lisa.get(of_tom))
    seen = text(tom.get(of_lisa))
    assert "Je bent genoemd als contactpersoon van Lisa Visser." in seen
    assert "Afspraken" not in seen
    assert "Tommie" in text(lisa.get(f"/mijn/{hers.reference}/mee/"))
    assert hers.reference not in text(tom.get(f"/mijn/{his.reference}/mee/"))
    assert tom.get(f"/mijn/{hers.reference}/").status_code == 404


@pytest.mark.parametrize("who", ["tom", "lisa"])
def test_either_stops_it_for_both_and_nobody_is_told(both: Both, logged_in: LogIn, who: str) -> None:
    cast, his, hers, made = both
    tom, lisa = logged_in(cast.tom), logged_in(cast.lisa)
    say_yes(both, lisa)
    of_tom, of_lisa = pages(both)
    told = Notice.objects.count()
    row = made.invitation.pk if who == "tom" else Invitation.objects.get(answers=made.invitation).pk
    browser, case = (tom, his) if who == "tom" else (lisa, hers)
    assert browser.post(f"/mijn/{case.reference}/mee/{row}/", {"do": "withdraw"}).status_code == 302
    assert (lisa.get(of_tom).status_code, tom.get(of_lisa).status_code) == (404, 404)
    assert (opened(), Notice.objects.count()) == ([], told)


def test_a_newer_invitation_ends_both_halves_of_the_one_before(both: Both, logged_in: LogIn) -> None:
    cast, his, _hers, _made = both
    lisa = logged_in(cast.lisa)
    say_yes(both, lisa)
    wanted = Wanted("messages", timezone.localdate() + 30 * DAY)
    newer = family.invite(
        his, Guest("Lisa Visser"), wanted, submission_id=uuid.uuid4(), by=cast.actor("tom"), at=timezone.now()
    )
    lisa.post(link(newer), {"code": newer.code})
    lisa.post(link(newer), {"do": "yes"})
    assert opened() == [("lisa@thuis.example", "messages")]


def test_what_he_calls_her_in_his_list_she_does_not_read(both: Both, logged_in: LogIn) -> None:
    cast, his, hers, _made = both
    wanted = Wanted("dates", timezone.localdate() + 30 * DAY)
    guest = Guest("Lisa de Lastpost", "mijn vrouw", "Tommie", mutual=True)
    made = family.invite(his, guest, wanted, submission_id=uuid.uuid4(), by=cast.actor("tom"), at=timezone.now())
    lisa = logged_in(cast.lisa)
    say_yes((cast, his, hers, made), lisa)
    half = Invitation.objects.get(answers=made.invitation)
    page = text(lisa.get(reverse("my_guest", args=[hers.reference, half.pk])))
    assert "Tommie" in page and "Lastpost" not in page
    assert "Lisa de Lastpost" in text(
        logged_in(cast.tom).get(reverse("my_guest", args=[his.reference, made.invitation.pk]))
    )


def test_they_end_together(both: Both, logged_in: LogIn) -> None:
    cast, _his, _hers, made = both
    say_yes(both, logged_in(cast.lisa))
    by, today = cast.actor("tom"), timezone.localdate()
    with pytest.raises(NotNow):
        family.change(made.invitation, Wanted("dates", today + 60 * DAY), sure=True, by=by, at=timezone.now())
    family.change(made.invitation, Wanted("dates", today + 3 * DAY), sure=False, by=by, at=timezone.now())
    end = family.end_of(today + 3 * DAY)
    assert set(Invitation.objects.values_list("ends_at", flat=True)) == {end}
    with time_machine.travel(end - dt.timedelta(seconds=1), tick=False):
        assert len(opened()) == 2
    with time_machine.travel(end, tick=False):
        assert opened() == []


def test_without_a_case_of_ones_own_it_does_not_work(both: Both, logged_in: LogIn) -> None:
    cast, his, hers, made = both
    max_ = logged_in(cast.max)
    max_.post(link(made), {"code": made.code})
    assert "alleen als je hier zelf ook een zaak hebt" in text(max_.get(link(made)))
    for reference in (his.reference, hers.reference):
        assert max_.post(link(made), {"do": "yes", "case": reference, "scope": "dates"}).status_code == 200
    assert opened() == []


def test_it_is_offered_with_an_account_only(both: Both, logged_in: LogIn) -> None:
    cast, his, _hers, _made = both
    assert 'name="mutual"' in text(logged_in(cast.tom).get(f"/mijn/{his.reference}/mee/nieuw/"))
    assert 'name="mutual"' not in text(follow(his).get("/volgen/aanvraag/mee/nieuw/"))
    other = make_case(cast)
    with pytest.raises(NotNow):
        family.invite(
            other, Guest("Lisa", called="T", mutual=True), Wanted("dates", timezone.localdate()),
            submission_id=uuid.uuid4(), by=cast.actor("tom"), at=timezone.now(),
        )  # fmt: skip
