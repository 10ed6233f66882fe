"""Letters to providers outside: the worker's pages, the client's, the coordinator's, and the provider's own."""

from collections.abc import Callable

from accounts.actors import actor_for
from cases import tokens
from referrals.letters import door, facts, writing
from referrals.letters.enums import LetterState
from referrals.letters.fields import compose
from referrals.models import Letter, LetterTemplate
from tests.pages import DESK, EVERYONE, At, Page, Send, State, register
from tests.world import LONG_STORY, LONG_WORD, World

CODE = "4321 8765"
NUMBER = "3f1de2a8-0f4e-4a57-9f0b-5b8f0e6d1c77"
FIELDS = {
    "language": "nl", "question": LONG_STORY[:1900], "covers": ["name", "phone", "reach"],
    "reason": LONG_WORD, "submission": NUMBER,
}  # fmt: skip


def _letter(world: World, key: str, state: str) -> Letter:
    return Letter.objects.filter(case=world.case(key), state=state).latest("written_at")


def _one(key: str, state: str) -> Callable[[World], str]:
    return lambda world: world.url("onward_letter", key, _letter(world, key, state).pk)


def _new(world: World) -> str:
    service = _letter(world, "active", LetterState.ACCEPTED).service_id
    return f"{world.url('onward_letter_new', 'long')}?aanbod={service}"


def _looked(world: World) -> Send:
    template = LetterTemplate.objects.get(name_nl="Verwijzing")
    return Send(_new(world), FIELDS | {"template": str(template.pk), "do": "preview"})


def _by_link(world: World) -> door.Given:
    """A letter that went by link, with its code."""
    case, bram, at = world.case("active"), actor_for(world.user("bram"), world.at), world.at
    done = _letter(world, "active", LetterState.ACCEPTED)
    waiting = Letter.objects.filter(case=case, way="link", state=LetterState.SENT).first()
    if waiting is None:
        template, service = LetterTemplate.objects.get(name_nl="Verwijzing"), done.service
        assert service is not None
        covers = ("name", "summary", "question")
        known = facts.facts_about(case, service, question=LONG_WORD, language="nl", by=bram, at=at)
        seen = writing.print_of(compose(template.text_nl, known, covers).text)
        waiting = writing.write(
            case, service, template, language="nl", question=LONG_WORD, covers=covers, reason=LONG_WORD, seen=seen,
            by=bram, at=at, by_phone=True,
        )  # fmt: skip
    door.give_link(waiting, mail=False, by=bram, at=at)
    Letter.objects.filter(pk=waiting.pk).update(code_hash=tokens.code_hash(waiting.pk, CODE))  # the same at every look
    return door.Given(Letter.objects.select_related("case__data_key").get(pk=waiting.pk), CODE)


def _link(world: World) -> str:
    return door.path_of(door.link_of(_by_link(world).letter))


def _opened(world: World) -> Send:
    given = _by_link(world)
    return Send(door.path_of(door.link_of(given.letter)), {"code": given.code})


def _unanswered(world: World) -> Send:
    given = _by_link(world)
    fields = {"ticket": door.ticket_of(given.letter), "do": "answer", "note": LONG_WORD}
    return Send(door.path_of(door.link_of(given.letter)), fields)


def _answered(world: World) -> Send:
    given = _by_link(world)
    fields = {"ticket": door.ticket_of(given.letter), "do": "answer", "note": LONG_WORD, "answer": "declined"}
    return Send(door.path_of(door.link_of(given.letter)), fields)


def _client_asks_again(at: str) -> At:
    def send(world: World) -> Send:
        row = _letter(world, "active", LetterState.ASKED)
        return Send(at.format(world.reference("active")), {"letter": str(row.pk), "answer": "look", "covers": ["name"]})

    return send


def _given(world: World) -> Send:
    return Send(world.url("onward_letter", "active", _by_link(world).letter.pk), {"do": "link"})


register(
    Page(
        "onward_letters",
        lambda world: world.url("onward_letters", "active"),
        roles=("bram",),
        states={"empty": State(lambda world: world.url("onward_letters", "long"), role="samira")},
    ),
    Page(
        "onward_letter_new",
        _new,
        roles=DESK,
        states={
            "choose": lambda world: world.url("onward_letter_new", "long"),
            "nothing": lambda world: f"{world.url('onward_letter_new', 'long')}?q=xqxqxqxq",
            "error": lambda world: Send(_new(world), {"language": "fr", "template": "x", "do": "ask"}),
            "shown": _looked,
        },
    ),
    Page(
        "onward_letter",
        _one("active", LetterState.ACCEPTED),
        roles=("bram",),
        states={
            "asked": _one("active", LetterState.ASKED),
            "paper": _one("accepted", LetterState.SENT),
            "code": _given,
            "error": lambda world: Send(_one("accepted", LetterState.SENT)(world), {"do": "answer", "on": "gisteren"}),
        },
    ),
    Page(
        "my_letters",
        lambda world: world.url("my_letters", "active"),
        roles=("tom",),
        states={"less": _client_asks_again("/mijn/{}/brieven/")},
    ),
    Page(
        "follow_letters",
        "/volgen/aanvraag/brieven/",
        roles=("follower:active", "follower:accepted", "follower:consent", "follower:long"),
        states={"empty": State("/volgen/aanvraag/brieven/", role="follower:consent")},
    ),
    Page(
        "letter_link",
        _link,
        roles=EVERYONE,
        states={
            "error": lambda world: Send(_link(world), {"code": "1234 5678"}),
            "gone": "/brief/abcdefghijklmnopqrstuvwxyz234567/",
            "opened": _opened,
            "again": lambda world: Send(_link(world), {"ticket": "x"}),
            "unanswered": _unanswered,
            "answered": _answered,
        },
    ),
    Page("letter_looks", "/organisatie/brieven/", roles=("els",)),
)
