"""The coordinator's routing rules: a draft is changed, tried and published, versions are compared; by nobody else."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEvent
from desk import snapshot
from referrals.models import RuleDraft, RuleVersion
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import publish_rules

LIST = "/organisatie/routering/"
DRAFT, ADD, PUBLISH = f"{LIST}concept/", f"{LIST}concept/nieuw/", f"{LIST}concept/publiceren/"
VERSIONS = f"{LIST}versies/"
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
RULE = {
    "revision": "1", "code": "money-first", "to": "REGIONAL_DIRECT", "because_nl": "Geld gaat voor.",
    "because_en": "Money first.", "valid_from": "2026-03-10", "valid_until": "", "if_topics": ["private.money"],
    "owner": "Els", "review_on": "2026-09-10", "if_unit": "90 fictief bataljon\r\n", "if_time": "08:00 - 17:00",
}  # fmt: skip
ANYWHERE = RULE | {"if_unit": "", "if_time": ""}
SEEN = {"revision": "2", "seen": "on", "reason": "Meer vragen over geld."}


@pytest.fixture
def els(cast: Cast, logged_in: Callable[..., Client], settings: Any, tmp_path: Path, at: dt.datetime) -> Any:
    settings.SNAPSHOT_FILE = tmp_path / "snapshot.json"
    with time_machine.travel(at, tick=False):
        yield logged_in(cast.els, **ENGLISH)


@pytest.fixture
def drafting(els: Client) -> Client:
    """Els, with a draft begun."""
    assert els.post(LIST).headers["Location"] == DRAFT
    return els


def said(page: Any) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_the_rules_in_order_with_their_conditions_in_words(els: Client) -> None:
    page = els.get(LIST)
    assert [row["rule"].code for row in page.context["rules"]][:3] == [
        "commander-advice", "chaplain", "small-deployment",
    ]  # fmt: skip
    assert page.context["rules"][2]["when"] == [
        "Who asks: the person themselves",
        "The client is: on a small deployment or on an individual deployment",
    ]
    assert page.context["rules"][-1]["when"] == ["Every request that reaches this rule"]
    assert page.context["number"] == 1


def test_in_dutch(els: Client) -> None:
    page = els.get(LIST, headers={"accept-language": "nl"})
    assert page.context["rules"][1]["when"][1] == "Wil praten met: een geestelijk verzorger"
    assert "Routeringsregels" in page.content.decode()


def test_others_get_404_and_a_line_in_the_audit(cast: Cast, drafting: Client, logged_in: Callable[..., Client]) -> None:
    for name in ("samira", "ilse", "arie", "vera", "tom"):
        client = logged_in(cast.users[name])
        assert {client.get(to).status_code for to in (LIST, DRAFT, ADD, PUBLISH, VERSIONS, f"{VERSIONS}1/")} == {404}
        assert {client.post(to).status_code for to in (LIST, DRAFT, ADD, PUBLISH, f"{VERSIONS}1/")} == {404}
    assert AuditEvent.objects.filter(outcome="denied", action="open:routing_publish").count() == 10
    assert (RuleDraft.objects.get().revision, RuleVersion.objects.count()) == (1, 1)


def test_strangers_are_sent_to_the_log_in(db: None) -> None:
    assert Client().get(LIST).headers["Location"].startswith("/account/inloggen/")


def test_looking_begins_no_draft(els: Client) -> None:
    for address in (DRAFT, ADD, PUBLISH, f"{DRAFT}regel/desk/"):
        assert els.get(address).headers["Location"] == LIST
    assert not RuleDraft.objects.exists()
    assert els.post(PUBLISH, SEEN).headers["Location"] == LIST


def test_a_rule_goes_from_the_draft_into_a_version_and_the_snapshot(drafting: Client, cast: Cast) -> None:
    assert drafting.post(ADD, RULE).headers["Location"] == DRAFT
    assert snapshot.read().rules_version == 1
    assert drafting.post(PUBLISH, SEEN).headers["Location"] == LIST
    made = RuleVersion.objects.get(number=2)
    row = next(row for row in made.rules if row["code"] == "money-first")
    unit = str(cast.units["90bat"].pk)
    assert row["conditions"] == {"topics": ["private.money"], "unit": [unit], "time": ["08:00-17:00"]}
    assert (row["owner"], row["review_on"], made.reason) == ("Els", "2026-09-10", "Meer vragen over geld.")
    assert snapshot.read().rules_version == 2
    assert [rule.code for rule in snapshot.read().rules][-2:] == ["money-first", "desk"]
    page = drafting.get(LIST)
    assert (page.context["number"], "Meer vragen over geld." in page.content.decode()) == (2, True)


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"if_topics": []}, "if_topics", "Choose at least one condition: the last rule takes everything else."),
        ({"valid_until": "2026-03-09"}, "valid_until", "The last day must not be before the first."),
        (
            {"if_topics": ["no.topic"]}, "if_topics",
            "Select a valid choice. no.topic is not one of the available choices.",
        ),
        ({"because_nl": "x" * 301}, "because_nl", "Ensure this value has at most 300 characters (it has 301)."),
        ({"to": "MOON"}, "to", "Select a valid choice. MOON is not one of the available choices."),
        ({"to": "BIU"}, "to", "Only somebody who asks for themselves can go there. Tick that at “Who asks”."),
        ({"code": ""}, "code", "Fill in: Name"),
        ({"code": "desk"}, "code", "There is already a rule with this name."),
        ({"valid_from": "soon"}, "valid_from", "Enter a valid date."),
        ({"valid_from": "0001-01-01"}, "valid_from", "Look at the year again."),
        ({"valid_until": "9999-12-31"}, "valid_until", "Look at the year again."),
        ({"review_on": "9999-12-31"}, "review_on", "Look at the year again."),
        ({"owner": ""}, "owner", "Fill in: Who answers for it"),
        ({"review_on": ""}, "review_on", "Fill in: Look at it again on"),
        ({"if_unit": "Nergens"}, "if_unit", "There is no unit called “Nergens”."),
        ({"if_time": "25:00-26:00"}, "if_time", "“25:00-26:00” is no stretch of a day. Write it as 17:00-08:00."),
        ({"if_time": "08:00-08:00"}, "if_time", "“08:00-08:00” is no stretch of a day. Write it as 17:00-08:00."),
    ],
)  # fmt: skip
def test_a_mistake_stands_at_its_field_and_keeps_what_was_typed(
    drafting: Client, wrong: dict[str, Any], field: str, message: str
) -> None:
    page = drafting.post(ADD, ANYWHERE | wrong)
    assert page.status_code == 200
    assert page.context["form"].errors[field] == [message]
    assert "Money first." in page.content.decode()
    assert RuleDraft.objects.get().revision == 1


def test_two_coordinators_at_once_lose_nothing(drafting: Client) -> None:
    drafting.post(ADD, ANYWHERE)
    page = drafting.post(ADD, ANYWHERE | {"code": "second", "if_topics": ["work.conflict"]})
    assert "Somebody changed the draft meanwhile." in page.content.decode()
    html = page.content.decode()
    assert 'value="second"' in html and 'name="revision" value="2"' in html
    assert (
        drafting.post(ADD, ANYWHERE | {"revision": "2", "code": "second", "if_topics": ["work.conflict"]}).url == DRAFT
    )
    assert [row["code"] for row in RuleDraft.objects.get().rules][-3:] == ["money-first", "second", "desk"]


def test_what_was_typed_outlives_the_draft(drafting: Client) -> None:
    drafting.post(ADD, ANYWHERE)
    drafting.post(PUBLISH, SEEN)
    page = drafting.post(ADD, ANYWHERE | {"code": "second", "if_topics": ["work.conflict"]})
    text = page.content.decode()
    assert ("The draft was published or thrown away meanwhile." in text, 'value="second"' in text) == (True, True)
    assert [row["code"] for row in RuleDraft.objects.get().rules][-2:] == ["money-first", "desk"]
    drafting.post(DRAFT, {"revision": "1", "remove": "money-first"})
    changed = ANYWHERE | {"revision": "2", "because_en": "Said otherwise."}
    assert drafting.post(f"{DRAFT}regel/money-first/", changed).headers["Location"] == DRAFT
    assert RuleDraft.objects.get().rules[-2]["because_en"] == "Said otherwise."


def test_moving_without_a_script(drafting: Client) -> None:
    drafting.post(ADD, ANYWHERE)
    drafting.post(ADD, ANYWHERE | {"revision": "2", "code": "second", "if_topics": ["work.conflict"]})
    drafting.post(DRAFT, {"revision": "3", "up": "second"})
    assert [row["code"] for row in RuleDraft.objects.get().rules][-3:] == ["second", "money-first", "desk"]
    page = drafting.post(DRAFT, {"revision": "3", "remove": "second"}, follow=True)
    assert said(page)[-1].startswith("Somebody changed the draft meanwhile.")
    drafting.post(DRAFT, {"revision": "4", "remove": "second"})
    assert [row["code"] for row in RuleDraft.objects.get().rules][-2:] == ["money-first", "desk"]
    assert drafting.post(DRAFT, {"revision": "\x00", "discard": "1"}).status_code == 302
    drafting.post(DRAFT, {"revision": "5", "discard": "1"})
    assert not RuleDraft.objects.exists()


def test_of_a_fixed_rule_only_the_reason_changes(drafting: Client) -> None:
    fixed = f"{DRAFT}regel/chaplain/"
    assert set(drafting.get(fixed).context["form"].fields) == {"revision", "because_nl", "because_en"}
    drafting.post(fixed, RULE | {"because_en": "Always possible."})
    row = RuleDraft.objects.get().rules[1]
    assert (row["code"], row["to"], row["because_en"]) == ("chaplain", "CHAPLAIN", "Always possible.")
    assert row["conditions"]["wish"] == ["chaplain"]


def test_a_rule_that_does_not_exist_is_404(drafting: Client) -> None:
    assert drafting.get(f"{DRAFT}regel/no-such/").status_code == 404
    assert [drafting.get(f"{VERSIONS}{number}/").status_code for number in (0, 2, 999999)] == [404, 404, 404]
    assert drafting.post(f"{VERSIONS}9/").status_code == 404


@pytest.mark.parametrize("tail", ["nieuw/", "regel/desk/"])
def test_an_empty_rule_about_a_draft_that_is_gone_is_told(els: Client, tail: str) -> None:
    page = els.post(f"{DRAFT}{tail}", {})
    assert page.status_code == 200
    assert "The draft was published or thrown away meanwhile." in page.content.decode()


def test_what_would_have_gone_elsewhere_is_listed_before_publishing(drafting: Client, cast: Cast) -> None:
    case = make_case(cast, at=cast.at - dt.timedelta(days=3), topics=("private.money",), story="Geheim verhaal.")
    make_case(cast, at=cast.at - dt.timedelta(days=31), topics=("private.money",))
    drafting.post(ADD, ANYWHERE)
    page = drafting.get(PUBLISH)
    text = page.content.decode()
    assert (page.context["replay"].total, page.context["replay"].elsewhere) == (1, 1)
    assert [row["reference"] for row in page.context["rows"]] == [case.reference]
    assert ("1 would have gone elsewhere." in text, "Geheim" in text) == (True, False)
    assert RuleVersion.objects.count() == 1
    assert AuditEvent.objects.get(action="routing_draft.tried").part == "1 requests"


def test_who_may_not_open_a_request_sees_only_that_it_moved(drafting: Client, cast: Cast) -> None:
    case = make_case(cast, at=cast.at - dt.timedelta(days=3), topics=("private.money",))
    case.access.all().delete()
    drafting.post(ADD, ANYWHERE)
    page = drafting.get(PUBLISH)
    assert [row["reference"] for row in page.context["rows"]] == [""]
    assert ("not for you to open" in page.content.decode(), case.reference in page.content.decode()) == (True, False)


@pytest.mark.parametrize(
    ("sent", "field", "message"),
    [
        ({"seen": ""}, "seen", "Look at the differences and tick that you have seen them."),
        ({"reason": " "}, "reason", "Write down why the rules change."),
        ({"revision": "1"}, "__all__", "Somebody changed the draft meanwhile."),
    ],
)
def test_publishing_asks_a_tick_a_reason_and_the_draft_as_it_is(
    drafting: Client, sent: dict[str, str], field: str, message: str
) -> None:
    drafting.post(ADD, ANYWHERE)
    page = drafting.post(PUBLISH, SEEN | sent)
    assert page.context["form"].errors[field][0].startswith(message)
    assert RuleVersion.objects.count() == 1
    assert drafting.post(PUBLISH, SEEN).url == LIST
    assert drafting.post(PUBLISH, SEEN).url == LIST
    assert RuleVersion.objects.count() == 2


def test_a_draft_with_a_rule_that_cannot_be_is_not_published(drafting: Client) -> None:
    draft = RuleDraft.objects.get()
    draft.rules[-2:-2] = [draft.rules[-1] | {"code": "all", "fixed": False, "owner": "", "review_on": None}]
    draft.save()
    page = drafting.post(PUBLISH, SEEN | {"revision": "1"})
    assert "This draft cannot be published yet." in page.content.decode()
    assert "Choose at least one condition" in drafting.get(DRAFT).content.decode()
    assert RuleVersion.objects.count() == 1


def test_versions_are_compared_and_brought_back(els: Client, at: dt.datetime) -> None:
    publish_rules(at, money={"conditions": {"topics": ["private.money"]}, "to": "REGIONAL_DIRECT"})
    publish_rules(at, money={"to": "CHAPLAIN"})
    publish_rules(at, money=None)
    assert [row.number for row in els.get(VERSIONS).context["page"]] == [4, 3, 2, 1]
    page = els.get(f"{VERSIONS}3/")
    assert [(one.code, one.kind) for one in page.context["differences"]] == [("money", "changed")]
    assert page.context["differences"][0].changes == [("Goes to", "Own social worker in the region", "Chaplain")]
    kinds = [els.get(f"{VERSIONS}{a}/?met={b}").context["differences"][0].kind for a, b in ((2, 1), (4, 2))]
    assert kinds == ["added", "removed"]
    assert els.get(f"{VERSIONS}2/?met=\x00").status_code == 200
    assert els.post(f"{VERSIONS}3/").url == DRAFT
    assert (RuleDraft.objects.get().restored_from, RuleDraft.objects.get().based_on) == (3, 4)
    page = els.post(f"{VERSIONS}2/", follow=True)
    assert said(page)[-1].startswith("There is a draft already.")


def test_a_moved_rule_is_a_difference(els: Client, at: dt.datetime) -> None:
    first = {"conditions": {"topics": ["private.money"]}, "to": "CHAPLAIN"}
    publish_rules(at, one=first | {"order": 51}, two=first | {"order": 52})
    publish_rules(at, one={"order": 53})
    assert {(one.code, one.kind) for one in els.get(f"{VERSIONS}3/").context["differences"]} == {
        ("one", "moved"), ("two", "moved"),
    }  # fmt: skip


def test_the_pages_stay_within_their_query_budget(
    drafting: Client, cast: Cast, at: dt.datetime, django_assert_max_num_queries: Any
) -> None:
    drafting.post(ADD, ANYWHERE)
    for number in range(30):
        make_case(cast, at=cast.at - dt.timedelta(days=1, minutes=number), topics=("private.money",))
        publish_rules(at, money={"to": "CHAPLAIN", "source": str(number)})
    for address in (LIST, DRAFT, PUBLISH, VERSIONS, f"{VERSIONS}9/", f"{DRAFT}regel/money-first/"):
        with django_assert_max_num_queries(12):
            drafting.get(address)
    assert (len(drafting.get(PUBLISH).context["rows"]), len(drafting.get(VERSIONS).context["page"])) == (25, 25)
