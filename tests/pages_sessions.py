"""Being logged in: where, for how long, and the employer's own log-in."""

from tests.pages import SIGNED_IN, Page, register

register(Page("sessions", "/account/sessies/", roles=SIGNED_IN))
