"""The people of the team: who may do what, the list, one person, invitations, absence, handing over, the profile."""

from tests.pages import STAFF, Page, register

ON_DUTY = tuple(name for name in STAFF if name not in {"nadia", "otto"})
"""Staff whose role counts at the moment of the walk; the after-hours line is off shift by day."""

register(
    Page("roles", "/organisatie/rollen/", roles=("els", *(name for name in ON_DUTY if name != "els"))),
)
