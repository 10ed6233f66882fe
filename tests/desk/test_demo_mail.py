"""The demonstration's mailbox, and that it is nowhere else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from desk.demo import mail
from tests.factories.cast import Cast


@pytest.fixture(autouse=True)
def demo(settings: Any, tmp_path: Path) -> None:
    settings.DEMO, settings.DEMO_MAIL_FOLDER = True, tmp_path / "mail"


def send(number: int = 1) -> None:
    message = EmailMultiAlternatives(
        f"Message {number}", "Zie https://hulp.example/wacht/ <b>", None, [f"els{number}@nabij.example"]
    )
    message.attach_alternative("<style>p { color: red }</style><p>Opgemaakt</p>", "text/html")
    assert mail.FolderBackend().send_messages([message]) == 1


def test_newest_first() -> None:
    send(1)
    send(2)
    text = Client().get("/demo/mail/").content.decode()
    assert text.index("els2@nabij.example") < text.index("els1@nabij.example")
    assert len(mail.names()) == 2


def test_the_time_is_local_time() -> None:
    with time_machine.travel("2026-03-10T09:15:00+00:00", tick=False):
        send()
    assert "10:15</time>" in Client().get("/demo/mail/").content.decode()


def test_nothing_yet() -> None:
    assert "Nog geen mail" in Client().get("/demo/mail/", headers={"accept-language": "nl"}).content.decode()


def test_a_letter_is_shown_as_text_with_its_link() -> None:
    send()
    page = Client().get(f"/demo/mail/{mail.names()[0]}/").content.decode()
    assert "Message 1" in page
    assert '<a href="https://hulp.example/wacht/"' in page
    assert "&lt;b&gt;" in page


def test_the_formatted_mail_may_have_its_own_style_and_nothing_more() -> None:
    send()
    page = Client().get(f"/demo/mail/{mail.names()[0]}/opgemaakt/")
    assert "<p>Opgemaakt</p>" in page.content.decode()
    policy = page.headers["Content-Security-Policy"]
    assert "style-src 'unsafe-inline'" in policy
    assert "script-src 'self'" in policy


@pytest.mark.parametrize("name", ["x", "..%2Fsecret", "0000000000000000000-00000000"])
def test_other_names_do_not_exist(name: str, settings: Any) -> None:
    Path(settings.DEMO_MAIL_FOLDER).mkdir()
    (Path(settings.DEMO_MAIL_FOLDER).parent / "secret.eml").write_text("Subject: x\n\nx")
    assert Client().get(f"/demo/mail/{name}/").status_code == 404


@pytest.mark.parametrize("tail", ["", "{name}/", "{name}/opgemaakt/"])
def test_outside_a_demonstration_there_is_nothing(tail: str, settings: Any) -> None:
    send()
    settings.DEMO = False
    assert Client().get("/demo/mail/" + tail.format(name=mail.names()[0])).status_code == 404


def test_pages(django_assert_num_queries: Callable[[int], Any]) -> None:
    for number in range(30):
        send(number)
    with django_assert_num_queries(0):
        assert Client().get("/demo/mail/?page=2").content.decode().count("@nabij.example, ") == 5


@pytest.mark.parametrize(("who", "menu"), [("bram", True), ("tom", False)])
def test_a_colleague_keeps_the_menu(cast: Cast, logged_in: Callable[..., Client], who: str, menu: bool) -> None:
    send()
    browser = logged_in(cast.users[who])
    for page in ("/demo/mail/", f"/demo/mail/{mail.names()[0]}/"):
        text = browser.get(page).content.decode()
        assert ('<header class="rail' in text, '<header class="site-header' in text) == (menu, not menu)
