"""What does not fit under Today."""

from tests.pages import DESK, Page, register

register(
    Page(
        "today",
        "/loket/vandaag/overname/",
        roles=DESK,
        states={"calls": "/loket/vandaag/bellen/", "empty": "/loket/vandaag/bekijken/"},
    )
)
