"""Being logged in: where, for how long, and the employer's own log-in."""

from tests.pages import EVERYONE, SIGNED_IN, Page, register

register(
    Page("sessions", "/account/sessies/", roles=SIGNED_IN),
    Page("employer", "/account/werkgever/", roles=SIGNED_IN),
    Page("employer_failed", "/account/werkgever/mislukt/", roles=EVERYONE),
    Page("employer_unknown", "/account/werkgever/onbekend/", roles=EVERYONE),
)
