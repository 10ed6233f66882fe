"""Outside help: for everyone, for colleagues, and for one case."""

from collections.abc import Callable

from referrals.directory.models import Phone, Service
from tests.pages import EVERYONE, Page, Send, State, register
from tests.world import World

KEEPERS = ("els", "bram", "ilse", "karin")
READERS = ("els", "samira", "joost", "bram", "ilse", "karin", "ruben", "wies")


def entry(name: str = "Geldloket Zandoord") -> Service:
    return Service.objects.get(provider__name=name)


def _at(name: str = "Geldloket Zandoord", more: str = "") -> str:
    return f"/kaart/{entry(name).pk}/{more}"


def _phone(_world: World) -> str:
    return _at(more=f"delen/nummer/{Phone.objects.get(service=entry()).pk}/")


def _unfilled(slug: str) -> Callable[[World], Send]:
    return lambda _world: Send(_at(more=f"delen/{slug}/"))


register(
    Page(
        "directory",
        "/wegwijzer/",
        roles=EVERYONE,
        states={
            "found": "/wegwijzer/?words=schulden&region=west",
            "misspelt": "/wegwijzer/?words=schuldhulpverlenning",
            "second": "/wegwijzer/?page=2",
            "filtered": "/wegwijzer/?need=low-mood&language=en&free=&family=&open_now=on",
            "none": "/wegwijzer/?words=vliegtuigbouwkunde&region=noord",
            "error": "/wegwijzer/?need=nothing&region=west",
        },
    ),
    Page(
        "directory_entry",
        lambda _world: f"/wegwijzer/{entry().pk}/",
        roles=EVERYONE,
        states={
            "fund": lambda _world: f"/wegwijzer/{Service.objects.get(name_nl='Noodhulp in geld').pk}/",
            "line": lambda _world: f"/wegwijzer/{entry('De Luisterlijn').pk}/",
            "coach": lambda _world: f"/wegwijzer/{entry('Coachpraktijk Helmgras').pk}/",
            "paused": lambda _world: f"/wegwijzer/{entry('Dak Boven').pk}/",
        },
    ),
    Page(
        "directory_staff",
        "/kaart/",
        roles=READERS,
        states={"none": "/kaart/?words=vliegtuigbouwkunde", "plain": State("/kaart/", role="samira")},
    ),
    Page(
        "directory_open",
        lambda _world: _at(),
        roles=READERS,
        states={
            "coach": lambda _world: _at("Coachpraktijk Helmgras"),
            "read": State(lambda _world: _at(), role="samira"),
        },
    ),
    Page(
        "directory_check",
        "/kaart/nakijken/",
        roles=KEEPERS,
        states={"hidden": "/kaart/nakijken/?show=hidden", "empty": State("/kaart/nakijken/?show=hidden", role="bram")},
    ),
    Page(
        "directory_add", "/kaart/nieuw/", roles=KEEPERS, states={"error": lambda _world: Send("/kaart/nieuw/")},
    ),
    Page(
        "directory_change",
        lambda _world: _at(more="wijzigen/"),
        roles=("els", "bram"),
        states={"error": lambda _world: Send(_at(more="wijzigen/"), {"minimum_age": "30", "maximum_age": "20"})},
    ),
    Page(
        "directory_provider",
        lambda _world: _at(more="aanbieder/"),
        roles=("els", "bram"),
        states={"error": lambda _world: Send(_at(more="aanbieder/"))},
    ),
    Page("directory_parts", lambda _world: _at(more="delen/"), roles=("els", "bram")),
    Page(
        "directory_part_add",
        lambda _world: _at(more="delen/uren/"),
        roles=("els", "bram"),
        states={
            "error": lambda _world: Send(_at(more="delen/uren/")),
            **{slug: _unfilled(slug) for slug in ("nummer", "plek", "kosten", "papier", "contact", "register")},
        },
    ),
    Page("directory_needs", "/kaart/woorden/", roles=("els",)),
    Page(
        "directory_need_add", "/kaart/woorden/nieuw/", roles=("els",),
        states={"error": lambda _world: Send("/kaart/woorden/nieuw/", {"code": "Met Spaties"})},
    ),
    Page("directory_need", "/kaart/woorden/debts/", roles=("els",)),
    Page("directory_part", _phone, roles=("els", "bram"), states={"error": lambda world: Send(_phone(world))}),
    Page(
        "case_help",
        lambda world: world.url("case_help", "active"),
        roles=("bram",),
        states={
            "desk": State(lambda world: world.url("case_help", "waiting"), role="samira"),
            "none": lambda world: world.url("case_help", "active") + "?words=vliegtuigbouwkunde",
            "closed": State(lambda world: world.url("case_help", "solved"), role="samira"),
        },
    ),
)  # fmt: skip
