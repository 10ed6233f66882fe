"""Someone at home asks for themselves: a shared number, address or mailbox links nothing and reveals nothing."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.enums import Requester
from cases.models import Case, CaseAccess, Person
from tests.desk.test_client import follow
from tests.desk.test_family import ask, let_in, text
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
SHARED = {"phone": "06 00 00 00 11", "email": "gezin@thuis.example", "channels": ["phone", "email"]}


@pytest.fixture
def both(db: None) -> tuple[Cast, Case, Case]:
    """Tom's case and Lisa's own, with one telephone and one mailbox between them."""
    cast = make_cast(timezone.localtime())
    his = make_accepted(cast, client="tom")
    hers = make_case(cast, client="lisa", requester=Requester.FAMILY_OF_COLLEAGUE, story="Ik ben bang voor Tom.")
    for case, name in ((his, "tom"), (hers, "lisa")):
        actions.change_contact(case, dict(SHARED), by=cast.actor(name), at=cast.at)
    return cast, his, hers


def test_a_shared_number_and_mailbox_are_two_people_and_no_row(both: tuple[Cast, Case, Case]) -> None:
    cast, his, hers = both
    assert Person.objects.filter(cases__in=[his, hers]).distinct().count() == 2
    assert his.person.data_key_id != hers.person.data_key_id
    assert not CaseAccess.objects.filter(case=his, user=cast.lisa).exists()
    assert not CaseAccess.objects.filter(case=hers, user=cast.tom).exists()


def test_giving_a_number_that_is_known_says_nothing(both: tuple[Cast, Case, Case], logged_in: LogIn) -> None:
    cast, his, hers = both
    for browser, path in (
        (logged_in(cast.lisa), f"/mijn/{hers.reference}/bereiken/"),
        (follow(hers), "/volgen/aanvraag/bereiken/"),
    ):
        answer = browser.post(path, SHARED | {"safe_to_email": "no"}, follow=True)
        seen = text(answer)
        assert answer.status_code == 200
        assert [word for word in (his.reference, "Tom Jansen's", "al in gebruik", "already") if word in seen] == []


def test_looking_along_shows_nothing_of_the_other_file(both: tuple[Cast, Case, Case], logged_in: LogIn) -> None:
    """Tom lets Lisa in; her own request stays hers, in both directions."""
    cast, his, hers = both
    tom, lisa = logged_in(cast.tom), logged_in(cast.lisa)
    let_in(ask(his, cast), lisa)
    tails = ("", "mee/", "wie-keek/", "verloop/", "niet-zien/", "eerste-contact/")
    seen = [text(tom.get(f"/mijn/{his.reference}/{tail}")) for tail in tails] + [text(tom.get("/mijn/"))]
    seen.append(text(logged_in(cast.bram).get(f"/zaken/{his.reference}/betrokkenen/")))
    assert [word for page in seen for word in (hers.reference, "Ik ben bang voor Tom") if word in page] == []
    assert his.reference not in text(lisa.get("/mijn/"))
    assert hers.reference in text(lisa.get("/mijn/"))
    assert tom.get(f"/mijn/{hers.reference}/").status_code == 404
