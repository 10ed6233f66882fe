"""How much fits from a file."""

from tests.pages import Page, Send, register
from tests.pages_organisation import EDITORS

FITS = "/organisatie/ruimte/bestand/"
HEAD = "team;worker;most_open;most_new;starts_on;ends_on\n"
WRONG = HEAD + "niemand;;veel;;morgen;\n;bram@nabij.example;;;2026-03-10;\nregional-west;;-1;;2026-03-10;\n"
RIGHT = HEAD + ";karin@nabij.example;12;4;2026-03-10;2026-12-31\n"

register(
    Page(
        "capacity_import",
        FITS,
        roles=EDITORS,
        states={
            "empty": lambda world: Send(FITS),
            "error": lambda world: Send(FITS, {"text": WRONG}),
            "looked_through": lambda world: Send(FITS, {"text": RIGHT}),
        },
    ),
    Page("capacity_export", f"{FITS}ruimte.csv", roles=EDITORS, whole=False),
)
