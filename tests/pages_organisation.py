"""The organisation: sheets, imports, coverage."""

from accounts.models import Unit
from desk.sheets import SHEETS
from referrals.models import Coverage
from tests.pages import Page, Send, register

EDITORS = ("els", "arie")
HEAD = "code;name;branch;parent;location;region\n"
WRONG_ROWS = HEAD + "90 bat;;land;;;\nnew;Nieuw;onbekend;nergens;;\n"
RIGHT_ROWS = HEAD + "90bat-d;D-compagnie, 90 Fictief Bataljon;land;90bat;;\n"


def _unit() -> str:
    return f"/organisatie/blad/units/{Unit.objects.get(code='90bat-a').pk}/"


register(
    Page("organisation", "/organisatie/", roles=EDITORS),
    Page(
        "organisation_import",
        "/organisatie/import/units/",
        roles=EDITORS,
        states={
            "memberships": "/organisatie/import/memberships/",
            "empty": lambda world: Send("/organisatie/import/units/"),
            "error": lambda world: Send("/organisatie/import/units/", {"text": WRONG_ROWS}),
            "looked_through": lambda world: Send("/organisatie/import/units/", {"text": RIGHT_ROWS}),
        },
    ),
    Page(
        "organisation_sheet",
        "/organisatie/blad/units/",
        roles=EDITORS,
        states={slug: f"/organisatie/blad/{slug}/" for slug in SHEETS if slug != "units"}
        | {"nothing": "/organisatie/blad/units/?q=niets-te-vinden"},
    ),
    Page(
        "organisation_add",
        "/organisatie/blad/units/nieuw/",
        roles=EDITORS,
        states={slug: f"/organisatie/blad/{slug}/nieuw/" for slug in SHEETS if slug != "units"}
        | {"error": lambda world: Send("/organisatie/blad/shifts/nieuw/")},
    ),
    Page("organisation_change", lambda world: _unit(), roles=EDITORS),
    Page(
        "coverage",
        "/organisatie/dekking/",
        roles=EDITORS,
        states={"holes": "/organisatie/dekking/?holes=1", "nothing": "/organisatie/dekking/?q=niets-te-vinden"},
    ),
    Page(
        "coverage_add",
        "/organisatie/dekking/nieuw/",
        roles=EDITORS,
        states={
            "error": lambda world: Send("/organisatie/dekking/nieuw/"),
            "hole": lambda world: f"/organisatie/dekking/nieuw/?unit={Unit.objects.get(code='alone').pk}",
        },
    ),
    Page(
        "coverage_end",
        lambda world: f"/organisatie/dekking/{Coverage.objects.earliest('pk').pk}/einde/",
        roles=EDITORS,
        states={"error": lambda world: Send(f"/organisatie/dekking/{Coverage.objects.earliest('pk').pk}/einde/")},
    ),
)
