"""Pages of the e-mail that waits for a person, and of the e-mails of a case."""

from typing import Any

from django.urls import reverse

from desk.mailroom.enums import Because, MailState
from desk.mailroom.models import Enclosure, Mail
from tests.pages import DESK, At, Page, Send, register


def _mail(**wanted: Any) -> At:
    return lambda world: reverse("post_mail", args=[Mail.objects.filter(**wanted).earliest("pk").pk])


def _send(do: str) -> At:
    return lambda world: Send(
        reverse("post_mail", args=[Mail.objects.get(because=Because.STRANGER).pk]), {"do": do, f"{do}-reference": "x"}
    )


def _of_case(_world: Any) -> str:
    mail = Mail.objects.select_related("case").get(state=MailState.REQUEST)
    assert mail.case is not None
    return reverse("case_post", args=[mail.case.reference])


register(
    Page(
        "post",
        "/loket/post/",
        roles=DESK,
        states={
            "automatic": lambda world: "/loket/post/?lijst=automatisch",
            "empty": lambda world: "/loket/post/?lijst=gedaan",
        },
    ),
    Page(
        "post_mail",
        _mail(because=Because.STRANGER),
        roles=DESK,
        states={
            "plain": _mail(because=Because.NO_ANSWER),
            "automatic": _mail(state=MailState.AUTOMATIC),
            "join_error": _send("join"),
            "request_error": _send("request"),
            "aside_error": _send("set_aside"),
        },
    ),
    Page(
        "case_post",
        _of_case,
        roles=DESK,
        states={"empty": lambda world: world.url("case_post", "taken")},
    ),
    Page(
        "post_file",
        lambda world: reverse("post_file", args=[Enclosure.objects.get().pk]),
        roles=DESK,
        whole=False,
    ),
)
