"""The world that the pages are walked in: the demo's organisation and requests, and one request of uncommon length.

``build`` writes it into an empty database; ``found`` finds it again in a site that loaded the demo. Requests are named
by their key in desk/demo/stories.py.
"""

import datetime as dt
import io
import time
import uuid
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts import factor_reset, photos
from accounts.actors import ANONYMOUS, Actor, actor_for, follower
from accounts.models import FactorReset, Unit, User
from accounts.sessions import limits, opened
from cases import (
    actions,
    blocks,
    confidentiality,
    debriefing,
    drafts,
    family,
    following,
    handback,
    invited,
    mediation,
    plan,
    tokens,
)
from cases.intake import Submission
from cases.models import Case, CommanderAdvice, Draft, Intake
from cases.models.plan import Goal
from cases.passphrase import phrase_of
from desk import reception, snapshot, wizard
from desk.demo import (
    calling,
    coverage,
    destinations,
    directory,
    letters,
    lists,
    live,
    organisation,
    post,
    requests,
    roster,
    routing,
    signals,
    team,
)
from desk.demo.mail import FolderBackend
from referrals import actions as referrals
from referrals.enums import Destination
from referrals.matching import candidates
from tests import doors

MOMENT = dt.datetime(2026, 3, 10, 10, 15, tzinfo=ZoneInfo("Europe/Amsterdam"))
"""Tuesday, the desk is open."""

LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
LONG_STORY = "\n\n".join(
    [
        "Ik weet niet waar ik moet beginnen, dus ik begin bij het begin en schrijf alles op wat me te binnen komt. "
        * 4,
        LONG_WORD * 3,
        "https://voorbeeld.example/" + "pad-zonder-einde/" * 18,
        "Dit is de derde alinea, met regels\ndie midden in een zin\nworden afgebroken.",
    ]
)
LONG_NAME = "Annemarie-Elisabeth van der Westerlinge tot Oudenbosch-Hoogstraten"


@dataclass
class World:
    """What a page's address is built from."""

    at: dt.datetime

    def user(self, name: str) -> User:
        """By first name; see desk/demo/organisation.py for who is who."""
        place = "thuis" if name in organisation.CLIENTS else "nabij"
        return User.objects.get(email=f"{name}@{place}.example")

    def intake(self, key: str) -> Intake:
        return Intake.objects.select_related("data_key").get(submission_id=uuid.uuid5(requests.NAMESPACE, key))

    def case(self, key: str) -> Case:
        return Case.objects.select_related("data_key").get(intake=self.intake(key))

    def reference(self, key: str) -> str:
        return self.intake(key).reference

    def phrase(self, key: str) -> str:
        return phrase_of(self.intake(key))

    def url(self, name: str, key: str, *more: Any) -> str:
        """The address of a page about one request."""
        return reverse(name, args=[self.reference(key), *more])

    def session(self, role: str) -> str:
        """The session key of someone who is in: a first name, ``follower:`` and the key of a request, ``plain`` (no
        password), or ``door:`` and where they stand (tests/doors.py)."""
        kind, _colon, key = role.partition(":")
        if kind == "follower":
            return follower_session(self.intake(key), self.at)
        if kind == "door":
            return doors.session_at(key) if key != "keep" else self._keeping()
        if kind == "plain":
            return user_session(doors.plain())
        return user_session(self.user(role))

    def _keeping(self) -> str:
        """Somebody who logged in while following a request."""
        key = follower_session(self.intake("waiting"), self.at)
        session, mine = SessionStore(key), SessionStore(user_session(self.user("max")))
        session.update(mine.load())
        session.save()
        return key


def user_session(user: User, method: str = "") -> str:
    """The key of a session in which this person has logged in; colleagues with a factor, unless ``method`` differs."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    prove(session, user, ahead=3600, method=method)  # a walk of all pages takes longer than a proof counts
    limits.begin(session, timezone.now())
    session.save()
    opened.note(str(user.pk), str(session.session_key), agent="Mozilla/5.0 (Windows NT 10.0) Chrome/143 Safari/537")
    return str(session.session_key)


def prove(session: SessionBase, user: User, *, ahead: int = 0, method: str = "") -> None:
    """As if they had just logged in; who belongs to a team passed a second factor too."""
    method = method or ("mfa" if user.memberships.exists() else "password")
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": method, "at": time.time() + ahead, "type": "totp"}]
    session["account_authentication_methods_user"] = str(user.pk)


def let_in(client: Client, user: User) -> Client:
    """A browser in which this person has just logged in."""
    client.force_login(user)
    session = client.session
    prove(session, user)
    limits.begin(session, timezone.now())
    session.save()
    opened.note(str(user.pk), str(session.session_key), agent="")
    return client


def follower_session(intake: Intake, at: dt.datetime) -> str:
    """The key of a session in which somebody gave this reference and its pass-phrase at ``at``."""
    session = SessionStore()
    session.create()
    advice = CommanderAdvice.objects.filter(intake=intake).first()
    subject = advice or Case.objects.get(intake=intake)
    following.begin(session, following.Found(actor=follower(subject.pk), is_advice=advice is not None), at)
    session.save()
    return str(session.session_key)


def build(at: dt.datetime = MOMENT) -> World:
    """Write everything into an empty, migrated database."""
    made = organisation.build(at.date(), large=True)
    organisation.fill_roster(made, requests.first_day(at), 45, at.tzinfo or dt.UTC)
    team.who_is_called(made, at)
    requests.fill(made, at)
    team.fill(made, at)
    destinations.fill(made, at)
    routing.fill(made, at)
    post.fill(at)
    calling.fill(made, at)
    lists.fill(made, at)
    directory.fill(made, at)
    roster.fill(made, at)
    live.fill(made, at)
    coverage.fill(made, at)
    letters.fill(made, at)
    signals.fill(made, at)
    return found(at)


def found(at: dt.datetime) -> World:
    """The world of a database that has the demo; adds what only the walk needs, and the snapshot."""
    world = World(at)
    _long_story(at - dt.timedelta(hours=5))
    _half_way(world, at - dt.timedelta(hours=1))
    write_letter()
    _guest_draft(at - dt.timedelta(hours=2))
    vera = world.user("vera")
    if not vera.authenticator_set.filter(type="webauthn").exists():
        doors.give_passkey(vera, "Sleutel aan mijn sleutelbos, de zwarte, voor op kantoor en thuis")
    if not FactorReset.objects.exists():
        by = actor_for(world.user("arie"), at)
        factor_reset.ask(world.user("karin"), reason="Telefoon gestolen, gesproken op kantoor.", by=by, at=at)
    _photo(world)
    _keep_out(world)
    _group_talk(world)
    _asked_to_talk(world)
    _given_back(world)
    snapshot.write(at)
    return world


def _long_story(when: dt.datetime) -> None:
    contact = {
        "name": LONG_NAME, "phone": "+31880000084", "channels": ["phone", "portal"],
        "contact_person": f"{LONG_NAME}, moeder, 088 000 00 85", "spoken_language": "Nederlands en Papiamentu",
        "accessibility_needs": "Ik kan geen trappen lopen en hoor slecht aan mijn linkeroor.",
    }  # fmt: skip
    reception.take_in(
        Submission(
            submission_id=uuid.uuid5(requests.NAMESPACE, "long"), requester="self", situation="at_home", danger="no",
            unit_words=f"Detachement {LONG_WORD}", topics=("work.conflict", "private.money", "mental.low_mood"),
            topic_titles=("Ruzie of vervelend gedrag", "Geld en schulden", "Somber, bang of veel piekeren"),
            story=LONG_STORY, contact=contact,
        ),
        by=ANONYMOUS, at=when,
    )  # fmt: skip


def _guest_draft(when: dt.datetime) -> None:
    """Somebody without an account keeps what they wrote, with a link by mail."""
    if not Draft.objects.filter(user=None).exists():
        state = wizard.begin(when, {"story": {"story": [LONG_STORY]}})
        state.step = "story"
        drafts.keep_by_mail(
            "gast@thuis.example", wizard.body_of(state), submission_id=state.submission_id, language="nl", at=when
        )


def _photo(world: World) -> None:
    """Bram has one: a plain picture, sent as a camera sends it."""
    camera, bram = io.BytesIO(), world.user("bram")
    Image.linear_gradient("L").resize((800, 600)).convert("RGB").save(camera, "JPEG")
    photos.keep(bram, photos.made_small(camera, 10_000), by=actor_for(bram, world.at), at=world.at)


def _keep_out(world: World) -> None:
    """One whom the client keeps out, and one whom the worker does: either can take back their own."""
    case = world.case("active")
    blocks.block(case, world.user("arie"), by=actor_for(world.user("tom"), world.at), at=world.at)
    by = actor_for(world.user("bram"), world.at)
    blocks.block(case, world.user("vera"), by=by, at=world.at, reason="Is een buurvrouw van de cliënt.")


def _group_talk(world: World) -> None:
    """A team talked after an accident."""
    case, at = world.case("accepted"), world.at - dt.timedelta(hours=20)
    if not debriefing.of_case(case):
        by = actor_for(world.user("bram"), at)
        start = at + dt.timedelta(hours=1)
        talk = debriefing.plan(
            case, starts_at=start, minutes=90, place="Gebouw 12", incident=f"Ongeluk bij de oefening. {LONG_WORD}",
            second=world.user("ilse"), by=by, at=at,
        )  # fmt: skip
        ahead = world.at.date() + dt.timedelta(days=35)
        debriefing.hold(talk, present=14, want_own_talk=3, report="Rust.", look_again_on=ahead, by=by, at=world.at)


def _asked_to_talk(world: World) -> None:
    """Both are asked for a talk; nobody answered yet, and the other one did not come in."""
    case, at = world.case("accepted"), world.at - dt.timedelta(hours=2)
    if mediation.of_case(case) is None:
        mediation.begin(
            case, other=mediation.OtherOne(LONG_NAME, "colleague", "collega@thuis.example"), called="Daan Vermeer",
            subject=f"Wat er tussen ons staat. {LONG_WORD}", leader=world.user("ilse"), wanted=True,
            by=actor_for(world.user("bram"), at), at=at,
        )  # fmt: skip


def _given_back(world: World) -> None:
    """Bram made a plan with a client and gave the case back; Joost of the desk goes on with it."""
    number, at = uuid.uuid5(requests.NAMESPACE, "given_back"), world.at - dt.timedelta(hours=30)
    if Case.objects.filter(intake=number).exists():
        return
    joost, bram = (actor_for(world.user(name), at) for name in ("joost", "bram"))
    sent = Submission(
        submission_id=number, requester="self", situation="at_home", danger="no", story="Ik slaap slecht.",
        unit_id=Unit.objects.get(code="90bat-a").pk, topics=("mental.low_mood",), topic_titles=("Somber",),
        contact={"name": "Pim", "phone": "+31880000084", "channels": ["phone", "portal"]},
    )  # fmt: skip
    case = Case.objects.get(reference=reception.take_in(sent, by=ANONYMOUS, at=at).reference)
    actions.take(case, by=joost, at=at)
    to = candidates(case, at, destination=Destination.REGIONAL_DIRECT)[0]
    offered = referrals.propose(
        Case.objects.get(pk=case.pk), to, destination=Destination.REGIONAL_DIRECT, summary="Pim slaapt slecht.",
        by=joost, at=at, by_phone=True,
    )  # fmt: skip
    referrals.accept(offered, read=True, by=bram, at=at)
    case = Case.objects.get(pk=case.pk)
    confidentiality.explain(case, on=at.date(), by=bram, at=at)
    goals = [Goal("", "Weer zeven uur slapen"), Goal("", f"Praten met mijn chef over {LONG_WORD}")]
    plan.make(case, goals, talks=4, ends_when="Als het weer gaat.", number=0, by=bram, at=at)
    handback.hand_back(case, reason="Pim wil het nu zelf proberen.", by=bram, at=at)
    actions.take(Case.objects.get(pk=case.pk), by=joost, at=at)


def _half_way(world: World, when: dt.datetime) -> None:
    """Lisa gave the code of an invitation in which two clients show each other something, and did not answer yet."""
    wanted = family.Wanted("messages", when.date() + dt.timedelta(days=60))
    number = uuid.uuid5(requests.NAMESPACE, "half way")
    made = family.invite(
        world.case("active"), family.Guest(LONG_NAME, "collega", LONG_WORD, mutual=True), wanted, submission_id=number,
        by=actor_for(world.user("tom"), when), at=when,
    )  # fmt: skip
    if made.code:
        row, by = made.invitation, Actor(kind="user", user=world.user("lisa"), as_family=True)
        invited.try_code(tokens.token_of(row.pk, row.token_hash), made.code, by=by, at=when)


def write_letter() -> None:
    letter = EmailMultiAlternatives(
        "Je hebt een bericht", "Er staat iets voor je klaar.\n\nhttp://127.0.0.1:8000/volgen/",
        "Loket <loket@nabij.example>", ["tom@thuis.example"],
    )  # fmt: skip
    letter.attach_alternative("<!doctype html><html lang='nl'><title>Bericht</title><p>Er is iets.</p>", "text/html")
    FolderBackend().send_messages([letter])
