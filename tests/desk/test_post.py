"""The mails that wait for a person: who sees them, what is done with them, and what is never given out."""

import datetime as dt
import itertools
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actors import actor_for
from accounts.models import AuditEvent, Notice
from accounts.permissions import Refused
from cases import actions
from cases.enums import AccessReason
from cases.models import Case, DocumentVersion, Message, Note
from cases.moves import NotNow
from cases.permissions import grant
from desk import snapshot
from desk.mailroom import deciding, keeping, sorting
from desk.mailroom.enums import Because, MailState
from desk.mailroom.models import CLAIM, Enclosure, Mail
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.letters import letter

LogIn = Callable[..., Client]
_uids = itertools.count(1)


@pytest.fixture(autouse=True)
def now(request: pytest.FixtureRequest, at: dt.datetime) -> Iterator[None]:
    if "committed_db" not in request.fixturenames:
        request.getfixturevalue("cast")
        snapshot.write(at)
    with time_machine.travel(at, tick=False):
        yield


def arrive(raw: bytes, at: dt.datetime) -> Mail:
    keeping.keep(raw, folder="test", uidvalidity=2, uid=next(_uids), size=len(raw), at=at)
    sorting.sort_due(at)
    return Mail.objects.select_related("data_key", "case").latest("uid")


def stranger(at: dt.datetime, text: str = "Geheim uit de mail", **more: Any) -> Mail:
    """A mail that names the case of another one."""
    case = arrive(letter("Eerste mail"), at).case
    return arrive(letter(text, subject=f"Re: {case.reference}", sender="X <x@elders.example>", **more), at)


@pytest.fixture
def samira(cast: Cast, logged_in: LogIn) -> Client:
    return logged_in(cast.samira)


def send(client: Client, mail: Mail, do: str, **fields: str) -> Any:
    answers = {f"{do}-{name}": value for name, value in fields.items()}
    return client.post(reverse("post_mail", args=[mail.pk]), {"do": do} | answers)


def test_the_list_says_why_and_nothing_of_the_mail(samira: Client, at: dt.datetime) -> None:
    mail = stranger(at)
    page = samira.get("/loket/post/").content.decode()
    assert reverse("post_mail", args=[mail.pk]) in page
    assert "Noemt een zaak, maar komt van een adres dat we daar niet kennen" in page
    for word in ("Geheim", "elders.example", mail.case.reference):
        assert word not in page


def test_reading_is_audited_and_shows_text_only(samira: Client, at: dt.datetime, cast: Cast) -> None:
    mail = stranger(at, text="", html="<p>Hallo <img src='https://spion.example/a.png'> <b>daar</b></p>")
    answer = samira.get(reverse("post_mail", args=[mail.pk]))
    page = answer.content.decode()
    assert "Hallo daar" in page and "spion" not in page and "&lt;b" not in page
    assert AuditEvent.objects.get(action="mail.viewed").actor_id == str(cast.samira.pk)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["bram", "arie", "vera", "tom"])
def test_others_get_404(name: str, cast: Cast, logged_in: LogIn, at: dt.datetime) -> None:
    mail = stranger(at, files=(("a.txt", b"tekst"),))
    client = logged_in(getattr(cast, name))
    addresses = ["/loket/post/", reverse("post_mail", args=[mail.pk]),
                 reverse("post_file", args=[mail.enclosures.get().pk])]  # fmt: skip
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
    assert send(client, mail, "claim").status_code == 404
    mail.refresh_from_db()
    assert mail.claimed_by is None


def test_who_may_never_see_the_case_sees_no_mail_of_it(cast: Cast, logged_in: LogIn, at: dt.datetime) -> None:
    mail = stranger(at)
    grant(mail.case, reason=AccessReason.BLOCKED, user_id=cast.joost.pk, at=at)
    own = arrive(letter("Van de cliënt zelf", X_Auto_Response_Suppress="All"), at)
    joost = logged_in(cast.joost)
    page = joost.get("/loket/post/").content.decode()
    for one in (mail, own):
        assert str(one.pk) not in page
        assert joost.get(reverse("post_mail", args=[one.pk])).status_code == 404
    assert AuditEvent.objects.filter(outcome="denied").count() == 2


def test_joined_by_hand_as_a_message(samira: Client, at: dt.datetime, cast: Cast) -> None:
    mail = stranger(at, files=(("a.txt", b"tekst"),))
    case = mail.case
    answer = send(samira, mail, "join", reference=case.reference.lower(), writer="client")
    assert answer.status_code == 302
    message = Message.objects.get(case=case)
    assert (message.sender, "Geheim uit de mail" in message.body) == (None, True)
    assert "Bestanden bij deze e-mail: 1" in message.body
    mail = Mail.objects.select_related("data_key").get(pk=mail.pk)
    assert (mail.state, mail.decided_by, mail.data_key_id) == (MailState.JOINED, cast.samira, case.data_key_id)
    assert mail.body.strip() == "Geheim uit de mail"
    again = send(samira, mail, "join", reference=case.reference, writer="client")
    assert "Iemand heeft al over deze e-mail beslist" in again.content.decode()
    assert Message.objects.count() == 1


def test_joined_by_hand_as_a_note_of_somebody_else(samira: Client, at: dt.datetime) -> None:
    mail = stranger(at)
    send(samira, mail, "join", reference=mail.case.reference, writer="other")
    assert not Message.objects.exists()
    note = Note.objects.get(case=mail.case)
    assert note.body == "X <x@elders.example>\n\nGeheim uit de mail"


def test_a_wrong_reference_is_said_beside_the_field(samira: Client, at: dt.datetime) -> None:
    mail = stranger(at)
    answer = send(samira, mail, "join", reference="NB-2222-2222", writer="client")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Die zaak is er niet, of je kunt er niet in werken." in page
    assert "NB-2222-2222" in page
    for strange in ("\x00", "x" * 41, "<b>"):
        assert send(samira, mail, "join", reference=strange, writer="client").status_code == 200
    mail.refresh_from_db()
    assert mail.state == MailState.WAITING


def test_a_blocked_case_cannot_be_joined(cast: Cast, logged_in: LogIn, at: dt.datetime) -> None:
    other = arrive(letter("Een ander verhaal", sender="A <a@b.example>"), at).case
    grant(other, reason=AccessReason.BLOCKED, user_id=cast.joost.pk, at=at)
    mail = stranger(at)
    page = send(logged_in(cast.joost), mail, "join", reference=other.reference, writer="client").content.decode()
    assert "Die zaak is er niet" in page
    assert not Message.objects.exists()


def test_made_a_request_by_hand(samira: Client, at: dt.datetime, cast: Cast) -> None:
    mail = stranger(at)
    answer = send(samira, mail, "request", danger="yes")
    assert answer.status_code == 302
    mail.refresh_from_db()
    intake = mail.case.intake
    assert (mail.state, intake.channel, intake.danger, intake.entered_by) == (
        MailState.REQUEST, "email", "yes", cast.samira,
    )  # fmt: skip
    assert (intake.urgency, mail.case.person.contact.safe_to_email) == ("emergency", False)
    assert not Notice.objects.filter(subject_id=mail.case.pk, user=None).exists()
    send(samira, mail, "request", danger="no")
    assert Case.objects.count() == 2


def test_set_aside_needs_a_reason_and_can_be_taken_back(samira: Client, at: dt.datetime) -> None:
    mail = stranger(at)
    page = send(samira, mail, "set_aside", reason=" ").content.decode()
    assert "Schrijf op waarom dit niet voor ons is." in page
    assert send(samira, mail, "set_aside", reason="Reclame").status_code == 302
    mail = Mail.objects.select_related("data_key").get(pk=mail.pk)
    assert (mail.state, mail.reason, mail.erase_at) == (
        MailState.SET_ASIDE,
        "Reclame",
        at.astimezone(dt.UTC) + keeping.KEPT,
    )
    assert "Niet voor ons" in samira.get("/loket/post/?lijst=gedaan").content.decode()
    assert send(samira, mail, "request", danger="no").status_code == 302
    mail.refresh_from_db()
    assert mail.state == MailState.REQUEST


def test_a_mail_is_in_one_pair_of_hands(samira: Client, cast: Cast, logged_in: LogIn, at: dt.datetime) -> None:
    mail = stranger(at)
    assert send(samira, mail, "claim").status_code == 302
    joost = logged_in(cast.joost)
    page = joost.get(reverse("post_mail", args=[mail.pk])).content.decode()
    assert "Een collega is met deze e-mail bezig" in page
    refused = send(joost, mail, "set_aside", reason="nee").content.decode()
    assert f"{cast.samira.name} is met deze e-mail bezig tot 10:45." in refused
    by = actor_for(cast.joost, at)
    with pytest.raises(NotNow):
        deciding.claim(mail, by=by, at=at + CLAIM - dt.timedelta(seconds=1))
    assert deciding.claim(mail, by=by, at=at + CLAIM).claimed_by == cast.joost
    deciding.release(mail, by=by, at=at + CLAIM)
    assert deciding.claim(mail, by=actor_for(cast.samira, at), at=at + CLAIM).claimed_by == cast.samira


def test_of_two_at_once_one_wins(committed_db: None, at: dt.datetime) -> None:
    cast = make_cast(at)
    snapshot.write(at)
    mail = stranger(at)
    results: list[str] = []
    start = threading.Barrier(2)

    def claim(name: str) -> None:
        by = actor_for(getattr(cast, name), at)
        start.wait()
        try:
            deciding.claim(mail, by=by, at=at)
            results.append("mine")
        except NotNow:
            results.append("not mine")
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=(name,)) for name in ("samira", "joost")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == ["mine", "not mine"]


def test_a_file_is_only_ever_a_download(samira: Client, at: dt.datetime) -> None:
    mail = stranger(at, files=(("../../x.html", b"%PDF-1.4 x"), ("kwaad.pdf", b"MZ\x90\x00")))
    good, bad = Enclosure.objects.filter(mail=mail)
    answer = samira.get(reverse("post_file", args=[good.pk]))
    assert answer.content == b"%PDF-1.4 x"
    assert answer["Content-Disposition"] == 'attachment; filename="bijlage-1.pdf"'
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "application/pdf")
    assert "no-store" in answer["Cache-Control"]
    assert AuditEvent.objects.filter(action="mail.file_read").count() == 1
    assert samira.get(reverse("post_file", args=[bad.pk])).status_code == 404
    assert samira.get(reverse("post_file", args=[uuid.uuid4()])).status_code == 404
    page = samira.get(reverse("post_mail", args=[mail.pk])).content.decode()
    assert "kwaad.pdf" in page and "Niemand heeft deze bestanden op virussen gecontroleerd." in page
    assert reverse("post_file", args=[bad.pk]) not in page


def test_the_files_of_a_case_go_with_the_case(samira: Client, cast: Cast, logged_in: LogIn, at: dt.datetime) -> None:
    mail = arrive(letter("Met bijlage", files=(("a.txt", b"tekst"),)), at)
    file, page = reverse("post_file", args=[mail.enclosures.get().pk]), reverse("case_post", args=[mail.case.reference])
    assert (samira.get(file).status_code, samira.get(page).status_code) == (200, 200)
    assert "Met bijlage" in samira.get(page).content.decode()
    bram = logged_in(cast.bram)
    assert (bram.get(file).status_code, bram.get(page).status_code) == (404, 404)
    grant(mail.case, reason=AccessReason.REFERRAL, user_id=cast.bram.pk, at=at)
    assert (bram.get(file).status_code, bram.get(page).status_code) == (200, 200)
    grant(mail.case, reason=AccessReason.BLOCKED, user_id=cast.joost.pk, at=at)
    joost = logged_in(cast.joost)
    assert (joost.get(file).status_code, joost.get(page).status_code) == (404, 404)


def test_a_file_of_a_case_goes_among_its_documents_once(samira: Client, at: dt.datetime) -> None:
    mail = arrive(letter("Met bijlage", files=(("brief.txt", b"tekst"),)), at)
    keep = reverse("post_file_keep", args=[mail.enclosures.get().pk])
    assert keep in samira.get(reverse("case_post", args=[mail.case.reference])).content.decode()
    for _twice in range(2):
        assert samira.post(keep).url == reverse("case_documents", args=[mail.case.reference])
    version = DocumentVersion.objects.select_related("document", "case__data_key").get()
    assert (version.name, version.document.for_client, version.state) == ("brief.txt", False, "received")
    assert samira.get(keep).status_code == 405


def test_a_file_without_a_case_has_nowhere_to_go(samira: Client, at: dt.datetime) -> None:
    mail = stranger(at, files=(("brief.txt", b"tekst"),))
    answer = samira.post(reverse("post_file_keep", args=[Enclosure.objects.get(mail=mail).pk]))
    assert (answer.url, DocumentVersion.objects.count()) == (reverse("post_mail", args=[mail.pk]), 0)


def test_an_erased_mail_is_gone(samira: Client, at: dt.datetime) -> None:
    mail = arrive(letter("weg", Auto_Submitted="auto-replied"), at)
    assert samira.get(reverse("post_mail", args=[mail.pk])).status_code == 200
    keeping.forget_over(at + keeping.KEPT)
    assert samira.get(reverse("post_mail", args=[mail.pk])).status_code == 404
    assert str(mail.pk) not in samira.get("/loket/post/?lijst=automatisch").content.decode()


@pytest.mark.parametrize("which", ["", "automatisch", "gedaan", "onzin"])
def test_lists_within_the_budget(samira: Client, at: dt.datetime, which: str, settings: Any) -> None:
    settings.DEMO = True
    counts = []
    for number in (1, 29):
        for one in range(number):
            mail = arrive(letter(f"{number} {one}", sender=f"<p{one}@x.example>", X_Auto_Response_Suppress="All"), at)
            if which == "automatisch":
                Mail.objects.filter(pk=mail.pk).update(state=MailState.AUTOMATIC, because=Because.LIST)
            if which == "gedaan":
                Mail.objects.filter(pk=mail.pk).update(decided_by=samira.session["_auth_user_id"], decided_at=at)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = samira.get("/loket/post/", {"lijst": which}).content.decode()
        told = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
        counts.append(len(told))
    assert max(counts) <= 12, told
    assert counts[0] >= counts[1] - 1
    assert "25 van 30" in page or "van 30" in page


def test_the_rail_counts_what_waits(samira: Client, at: dt.datetime, settings: Any) -> None:
    settings.DEMO = True
    stranger(at)
    page = samira.get("/loket/").content.decode()
    assert 'href="/loket/post/"' in page
    settings.DEMO = False
    assert 'href="/loket/post/"' not in samira.get("/loket/").content.decode()


def test_the_triage_page_leads_to_the_mail(samira: Client, at: dt.datetime, cast: Cast) -> None:
    case = arrive(letter("Hoi", files=(("a.txt", b"x"),)), at).case
    actions.take(case, by=actor_for(cast.samira, at), at=at)
    page = samira.get(reverse("triage", args=[case.reference])).content.decode()
    assert reverse("case_post", args=[case.reference]) in page


def test_who_is_kept_out_sees_no_mail_from_the_account_of_that_client(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, client="tom")
    grant(case, reason=AccessReason.BLOCKED, user_id=cast.joost.pk, at=at)
    mail = arrive(letter(sender=cast.tom.email, List_Id="<nieuws.example>"), at)
    assert mail.state == MailState.WAITING
    with pytest.raises(Refused):
        deciding.mail_for(cast.actor("joost"), mail.pk, at=at)
    assert deciding.mail_for(cast.actor("samira"), mail.pk, at=at) == mail
