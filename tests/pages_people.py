"""The people of the team: who may do what, the list, one person, invitations, absence, handing over, the profile."""

from accounts.invitations import token_of
from accounts.models import Membership, StaffInvitation
from tests.pages import ANYONE, CLIENTS, EVERYONE, SIGNED_IN, STAFF, Page, Send, State, register
from tests.world import LONG_NAME, World

ON_DUTY = tuple(name for name in STAFF if name not in {"nadia", "otto"})
"""Staff whose role counts at the moment of the walk; the after-hours line is off shift by day."""

HANDLERS = ("els", "arie")
AWAY = tuple(name for name in ON_DUTY if name not in {"vera", "arie"})
PEOPLE = "/organisatie/mensen/"
INVITED = {
    "name": LONG_NAME, "email": "geen adres", "language": "nl", "team": "", "role": "baas", "starts_on": "2026-13-40",
    "ends_on": "gisteren",
}  # fmt: skip


def _person(world: World, name: str = "bram", tail: str = "") -> str:
    return f"{PEOPLE}{world.user(name).public_id}/{tail}"


def _role(world: World, tail: str = "") -> str:
    return _person(world, tail=f"rol/{Membership.objects.get(user=world.user('bram')).pk}/{tail}")


def _absence(world: World) -> str:
    return _person(world, "karin", f"afwezig/{world.user('karin').absences.get().pk}/")


def _photo(world: World) -> str:
    return f"/account/foto/{world.user('bram').public_id}/"


def _link() -> str:
    return f"/uitnodiging/{token_of(StaffInvitation.objects.get(email='nora@nabij.example'))}/"


def _handled(name: str, tail: str, at: object = None, **states: object) -> Page:
    """A page about Bram, for who handles him, with what it says to an empty form."""
    where = at or (lambda world: _person(world, tail=tail))
    error = {"error": lambda world: Send(where(world))}
    return Page(name, where, roles=HANDLERS, states=error | states)


register(
    Page("roles", "/organisatie/rollen/", roles=("els", *(name for name in ON_DUTY if name != "els"))),
    Page(
        "people",
        PEOPLE,
        roles=HANDLERS,
        states={
            "away": f"{PEOPLE}?status=away",
            "former": f"{PEOPLE}?status=former",
            "found": f"{PEOPLE}?q=bram&team=regional-west",
            "nothing": f"{PEOPLE}?q=niets-te-vinden",
            "administrator": State(PEOPLE, role="arie"),
        },
    ),
    Page(
        "person",
        _person,
        roles=HANDLERS,
        states={
            "away": lambda world: _person(world, "karin"),
            "own": lambda world: _person(world, "els"),
            "last_administrator": State(lambda world: _person(world, "arie"), role="arie"),
            "desk": lambda world: _person(world, "samira"),
        },
    ),
    Page(
        "invite",
        f"{PEOPLE}uitnodigen/",
        roles=HANDLERS,
        states={
            "empty": lambda world: Send(f"{PEOPLE}uitnodigen/"),
            "error": lambda world: Send(f"{PEOPLE}uitnodigen/", INVITED),
        },
    ),
    _handled("membership_add", "rol/"),
    _handled("membership_change", "", _role),
    _handled("membership_end", "", lambda world: _role(world, "einde/")),
    _handled("absence_add", "afwezig/"),
    _handled("absence_change", "", _absence),
    _handled("person_stop", "stoppen/", desk=lambda world: _person(world, "samira", "stoppen/")),
    Page(
        "invitation",
        lambda world: _link(),
        roles=EVERYONE,
        states={
            "new": State(lambda world: _link(), role=ANYONE),
            "error": State(
                lambda world: Send(_link(), {"name": "", "language": "xx", "password": "kort"}), role=ANYONE
            ),
        },
    ),
    Page(
        "profile",
        "/account/profiel/",
        roles=("samira", *(name for name in SIGNED_IN if name != "samira")),
        states={
            "client": State("/account/profiel/", role=CLIENTS[0]),
            "error": lambda world: Send(
                "/account/profiel/", {"language": "xx", "reachable_number": "", "notices": "onzin"}
            ),
            "number": lambda world: Send("/account/profiel/", {"language": "nl", "reachable_number": "bel mij"}),
        },
    ),
    Page(
        "photo",
        lambda world: _photo(world),
        roles=("samira", "tom", "lisa", *(name for name in ON_DUTY if name != "samira")),
        whole=False,
    ),
    Page(
        "own_absences",
        "/account/afwezig/",
        roles=("ilse", *(name for name in AWAY if name != "ilse")),
        states={"own": State("/account/afwezig/", role="karin")},
    ),
    Page(
        "own_absence_add",
        "/account/afwezig/nieuw/",
        roles=AWAY,
        states={
            "error": lambda world: Send(
                "/account/afwezig/nieuw/", {"first_day": "2026-03-20", "last_day": "2026-03-19", "deputy": "0"}
            )
        },
    ),
    Page(
        "own_absence_change",
        lambda world: f"/account/afwezig/{world.user('karin').absences.get().pk}/",
        roles=("karin",),
    ),
)
