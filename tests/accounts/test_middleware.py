"""What every request passes."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.factories.cast import Cast

NOWHERE = ("/zaken/{}/", "/mijn/{}/", "/samenvatting/{}/", "/loket/{}/", "/loket/advies/{}/", "/wacht/{}/")


@pytest.mark.parametrize("path", NOWHERE)
def test_an_address_that_no_database_can_hold_exists_nowhere(
    cast: Cast, logged_in: Callable[..., Client], path: str
) -> None:
    for browser in (Client(), logged_in(cast.samira), logged_in(cast.tom)):
        for send in (browser.get, browser.post):
            assert send(path.format("NB%00")).status_code in {404, 405}
