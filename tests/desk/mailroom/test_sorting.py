"""What becomes of a mail: a request, a message in its case, or something a person looks at; never an answer to a
machine."""

import datetime as dt
import itertools
import re
import uuid
from typing import Any

import pytest

from accounts import delivery
from accounts.actors import follower
from accounts.enums import Channel
from accounts.models import AuditEvent, DataKey, Notice, User
from cases import closing, messages
from cases.enums import CaseOutcome, CaseState
from cases.models import Case, Message
from desk import snapshot, surge
from desk.mailroom import keeping, sorting
from desk.mailroom.enums import Because, MailState
from desk.mailroom.models import Enclosure, Mail
from tests.factories.cast import Cast
from tests.letters import DESK, TOM, bounce, letter

_uids = itertools.count(1)


@pytest.fixture(autouse=True)
def organisation(cast: Cast, at: dt.datetime) -> None:
    snapshot.write(at)


def arrive(raw: bytes, at: dt.datetime) -> Mail:
    """Kept and sorted."""
    keeping.keep(raw, folder="test", uidvalidity=1, uid=next(_uids), size=len(raw), at=at)
    sorting.sort_due(at)
    return Mail.objects.select_related("data_key", "case").latest("uid")


def sent_notice(case: Case, at: dt.datetime) -> Notice:
    """A mail that went out to the client."""
    notice = Notice.objects.filter(subject_id=case.pk, user=None, channel=Channel.EMAIL).latest("created_at")
    number = delivery.named_in(delivery.message_id(notice))[0]
    Notice.objects.filter(pk=notice.pk).update(sent_at=at, finished_at=at, message_id=number)
    return notice


@pytest.fixture
def case(at: dt.datetime) -> Case:
    mail = arrive(letter(), at)
    assert mail.case is not None
    return mail.case


def test_a_mail_becomes_a_request(at: dt.datetime) -> None:
    mail = arrive(letter("Ik slaap slecht.\n\nGroet, Tom"), at)
    assert mail.state == MailState.REQUEST
    case = mail.case
    intake = case.intake
    assert (intake.channel, intake.danger, intake.unit, intake.language) == ("email", "prefer_not_to_say", None, "nl")
    assert intake.story == "Vraag\n\nIk slaap slecht.\n\nGroet, Tom"
    assert (case.person.email, case.person.name, case.person.phone) == (TOM, "Tom de Wit", "")
    wishes = case.person.contact
    assert (wishes.safe_to_email, wishes.safe_to_text, wishes.may_identify, wishes.may_leave_voicemail) == (
        True, False, False, False,
    )  # fmt: skip
    assert AuditEvent.objects.filter(action="mail.became_request", case_id=case.pk).count() == 1


def test_the_answer_has_the_reference_and_no_pass_phrase(at: dt.datetime) -> None:
    case = arrive(letter(), at).case
    notice = Notice.objects.get(subject_id=case.pk, user=None)
    from accounts.notices import KINDS

    mail = delivery.make_mail(notice, KINDS[notice.kind], TOM)
    assert notice.kind == "client.received_by_mail"
    assert case.reference in mail.body
    assert "Bel ons" in mail.body
    from cases.passphrase import phrase_of

    assert phrase_of(case.intake) not in mail.body + mail.alternatives[0].content
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"


def test_twice_the_same_mail_is_one_request(at: dt.datetime) -> None:
    raw = letter()
    arrive(raw, at)
    assert not keeping.keep(raw, folder="elsewhere", uidvalidity=9, uid=1, size=1, at=at)
    assert not keeping.keep(b"Received: by another road\r\n" + raw, folder="o", uidvalidity=9, uid=2, size=1, at=at)
    sorting.sort_due(at)
    assert Case.objects.count() == 1


def test_another_mail_under_the_same_message_id_is_kept(at: dt.datetime) -> None:
    arrive(letter("Eerste", Message_ID="<zelfde@x.example>"), at)
    arrive(letter("Tweede", Message_ID="<zelfde@x.example>"), at)
    assert Case.objects.count() == 2


@pytest.mark.parametrize("how", ["header", "subject", "text"])
def test_a_reply_joins_its_case(case: Case, at: dt.datetime, how: str) -> None:
    quoted = "\n\nOp di 10 mrt 2026 om 10:15 schreef Loket <loket@nabij.example>:\n> Er is een bericht voor je"
    if how == "header":
        reply = letter("Dinsdag kan ik." + quoted, In_Reply_To=delivery.message_id(sent_notice(case, at)))
    elif how == "subject":
        reply = letter("Dinsdag kan ik." + quoted, subject=f"Re: {case.reference.lower()}")
    else:
        reply = letter(f"Over {case.reference}: dinsdag kan ik.{quoted}")
    mail = arrive(reply, at)
    assert (mail.state, mail.case) == (MailState.JOINED, case)
    message = Message.objects.get(case=case)
    assert message.sender is None
    assert "insdag kan ik." in message.body
    assert "schreef" not in message.body
    assert message.answer_by is not None
    assert Case.objects.count() == 1
    assert Notice.objects.filter(kind="case.message", subject_id=case.pk).exists()


def test_a_reply_ends_our_waiting(case: Case, at: dt.datetime, cast: Cast) -> None:
    from accounts.actors import actor_for
    from cases import actions
    from cases.contact import ask_more

    desk = actor_for(cast.samira, at)
    actions.take(case, by=desk, at=at)
    ask_more(case, "Welke dag?", until=at + dt.timedelta(days=3), reason="Wacht op een mail.", by=desk, at=at)
    arrive(letter("Dinsdag.", subject=f"Re: {case.reference}"), at)
    case.refresh_from_db()
    assert case.state == CaseState.IN_TRIAGE


def test_a_stranger_with_the_reference_waits_for_a_person(case: Case, at: dt.datetime, cast: Cast) -> None:
    mail = arrive(letter(subject=f"Re: {case.reference}", sender="Iemand <ander@buiten.example>"), at)
    assert (mail.state, mail.because, mail.case) == (MailState.WAITING, Because.STRANGER, case)
    assert not Message.objects.exists()
    assert Case.objects.count() == 1
    assert mail.due_at is not None and mail.due_at > at
    told = Notice.objects.filter(kind="desk.mail_waits", channel=Channel.INBOX)
    assert told.exists()
    arrive(letter("nog een", subject=f"Re: {case.reference}", sender="Iemand <ander@buiten.example>"), at)
    assert Notice.objects.filter(kind="desk.mail_waits", channel=Channel.INBOX).count() == told.count()


def test_an_address_that_is_not_proved_waits(case: Case, at: dt.datetime, settings: Any) -> None:
    from desk.mailroom.configuration import Mailbox

    settings.MAILBOX = Mailbox("h", 1, "tls", DESK, "w", trusts="mx.nabij.example")
    forged = letter("Ja", subject=case.reference, Authentication_Results="evil.example; dmarc=pass")
    assert arrive(forged, at).because == Because.STRANGER
    failed = letter("Jaa", subject=case.reference, Authentication_Results="mx.nabij.example; dmarc=fail")
    assert arrive(failed, at).because == Because.STRANGER
    new = letter("Nieuw", Authentication_Results="mx.nabij.example; spf=pass; dmarc=fail")
    assert arrive(new, at).because == Because.NO_SENDER
    proved = letter("Jaaa", subject=case.reference, Authentication_Results="mx.nabij.example; dkim=pass; dmarc=pass")
    assert arrive(proved, at).state == MailState.JOINED


def test_a_reply_in_a_closed_case_waits(case: Case, at: dt.datetime, cast: Cast) -> None:
    from accounts.actors import actor_for
    from cases import actions

    desk = actor_for(cast.samira, at)
    actions.take(case, by=desk, at=at)
    closing.close(case, outcome=CaseOutcome.NO_REQUEST, note="", by=desk, at=at)
    mail = arrive(letter("Toch nog iets", subject=case.reference), at)
    assert (mail.state, mail.because) == (MailState.WAITING, Because.CLOSED)


def test_two_references_wait(case: Case, at: dt.datetime) -> None:
    other = arrive(letter("Iets anders"), at).case
    mail = arrive(letter(subject=f"{case.reference} {other.reference}"), at)
    assert (mail.state, mail.because, mail.case) == (MailState.WAITING, Because.SEVERAL, None)


def test_an_answer_to_a_mail_of_ours_about_no_case_waits(at: dt.datetime, cast: Cast) -> None:
    arrive(letter("Een", X_Auto_Response_Suppress="All"), at)
    notice = Notice.objects.filter(kind="desk.mail_waits", channel=Channel.EMAIL).earliest("pk")
    mail = arrive(letter("Doe ik", sender=notice.user.email, References=delivery.message_id(notice)), at)
    assert (mail.state, mail.because) == (MailState.WAITING, Because.NO_CASE)


def test_what_the_database_refuses_holds_up_nobody(at: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    real = sorting.filing.write_down

    def refuse(mail: Mail, read: Any) -> None:
        real(mail, read)
        if "giftig" in read.text and mail.tries < 2:
            Mail.objects.filter(pk=mail.pk).update(state="x" * 13)

    monkeypatch.setattr(sorting.filing, "write_down", refuse)
    for raw in (letter("giftig"), letter("gewoon")):
        keeping.keep(raw, folder="t", uidvalidity=1, uid=next(_uids), size=1, at=at)
    assert sorting.sort_due(at) == 2
    assert set(Mail.objects.values_list("state", "tries")) == {("new", 1), ("request", 0)}


@pytest.mark.parametrize(
    ("headers", "because"),
    [
        ({"Auto_Submitted": "auto-replied"}, Because.AUTO_REPLY),
        ({"Auto_Submitted": "auto-replied (vacation)", "Precedence": "bulk"}, Because.AUTO_REPLY),
        ({"Precedence": "auto_reply"}, Because.AUTO_REPLY),
        ({"Return_Path": "<>"}, Because.AUTO_REPLY),
        ({"X_Autoreply": "yes"}, Because.AUTO_REPLY),
        ({"subject": "Automatisch antwoord: ik ben er niet"}, Because.AUTO_REPLY),
        ({"sender": f"Loket <{DESK}>"}, Because.OWN),
    ],
)
def test_a_machine_is_never_answered(at: dt.datetime, headers: dict[str, str], because: str) -> None:
    mail = arrive(letter(**headers), at)
    assert (mail.state, mail.because) == (MailState.AUTOMATIC, because)
    assert not Case.objects.exists()
    assert not Notice.objects.filter(user=None).exists()


@pytest.mark.parametrize(
    ("headers", "because"),
    [
        ({"X_Auto_Response_Suppress": "All"}, Because.NO_ANSWER),
        ({"Auto_Submitted": "auto-generated"}, Because.NO_ANSWER),  # a telephone that mails what was said, a form
        ({"Precedence": "bulk"}, Because.LIST),
        ({"List_Id": "<loket.example>"}, Because.LIST),  # the desk's address may itself be a list
        ({"List_Unsubscribe": "<https://nieuws.example>"}, Because.LIST),
    ],
)
def test_what_may_hold_a_question_waits_unanswered(at: dt.datetime, headers: dict[str, str], because: str) -> None:
    mail = arrive(letter(**headers), at)
    assert (mail.state, mail.because) == (MailState.WAITING, because)
    assert not Notice.objects.filter(user=None).exists()


def test_a_subject_alone_makes_no_machine(at: dt.datetime) -> None:
    assert arrive(letter(subject="Afwezigheid: ik durf niet naar mijn werk"), at).state == MailState.REQUEST


def test_a_bounce_of_ours_marks_the_mail_as_lost(case: Case, at: dt.datetime) -> None:
    notice = sent_notice(case, at)
    mail = arrive(bounce(delivery.message_id(notice)), at)
    assert (mail.state, mail.because, mail.case) == (MailState.WAITING, Because.BOUNCE, case)
    notice.refresh_from_db()
    assert (notice.dead_at, notice.last_error) == (at, "came back")
    assert delivery.dead(at) == 1
    assert Case.objects.count() == 1


def test_a_delay_is_no_loss(case: Case, at: dt.datetime) -> None:
    notice = sent_notice(case, at)
    mail = arrive(bounce(delivery.message_id(notice), action="delayed"), at)
    assert (mail.state, mail.because) == (MailState.AUTOMATIC, Because.RECEIPT)
    notice.refresh_from_db()
    assert notice.dead_at is None


def test_a_loop_ends(at: dt.datetime) -> None:
    for number in range(12):
        arrive(letter(f"Bericht {number}"), at)
    assert Case.objects.count() == sorting.MANY - 1
    assert Mail.objects.filter(because=Because.MANY).count() == 12 - sorting.MANY + 1
    arrive(letter("Een uur later"), at + dt.timedelta(hours=1, seconds=1))
    assert Case.objects.count() == sorting.MANY


def test_html_alone_is_read_as_text(at: dt.datetime) -> None:
    html = "<html><head><style>p{}</style></head><body><p>Ik &amp; mijn gezin</p><script>alert(1)</script>"
    mail = arrive(letter("", html=html + '<img src="https://spion.example/x.png"><p>hulp</p></body></html>'), at)
    assert mail.body == "Ik & mijn gezin\n\nhulp"
    assert mail.state == MailState.REQUEST


def test_english_is_answered_in_english(at: dt.datetime) -> None:
    mail = arrive(letter("I have not been able to sleep and I want to talk with you.", subject="Please"), at)
    assert mail.case.intake.language == "en"


def test_files_are_kept_sealed_with_the_case(at: dt.datetime) -> None:
    pdf = b"%PDF-1.7 \x00\xff geheim"
    mail = arrive(letter(files=(("loonstrook.exe", pdf), ("virus.pdf", b"MZ\x90\x00kwaad"))), at)
    first, second = Enclosure.objects.filter(mail=mail).select_related("mail__data_key")
    assert (first.kind, first.bytes, first.name, first.given_out) == ("pdf", pdf, "loonstrook.exe", True)
    assert (second.kind, second.given_out) == ("other", False)
    assert mail.data_key_id == mail.case.data_key_id
    assert DataKey.objects.count() == 2  # the case's and the person's: the mail's own is gone
    sealed = Enclosure.objects.filter(pk=first.pk).values_list("content", flat=True)[0]
    assert b"geheim" not in bytes(sealed)


def test_too_many_and_too_big_files_are_counted(at: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    from desk.mailroom import reading

    monkeypatch.setattr(reading, "LARGEST_FILE", 100)
    files = (("groot.pdf", b"%PDF-" + b"x" * 200), *((f"{n}.txt", b"tekst") for n in range(12)))
    mail = arrive(letter(files=files), at)
    assert (mail.enclosures.count(), mail.dropped) == (10, 3)


def test_in_a_surge_words_are_kept_and_files_are_counted(at: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surge, "is_on", lambda: True)
    mail = arrive(letter("Kijk hier.", files=(("a.txt", b"een"), ("b.txt", b"twee"))), at)
    assert mail.state == MailState.REQUEST and "Kijk hier." in mail.body
    assert (mail.enclosures.count(), mail.dropped) == (0, 2)
    assert not Notice.objects.filter(subject_id=mail.case_id, user=None).exists()


def test_a_long_mail_is_cut_and_says_so(at: dt.datetime) -> None:
    mail = arrive(letter("lang verhaal " * 2000), at)
    assert len(mail.case.intake.story) <= 4000
    assert mail.case.intake.story.endswith("[De rest staat in de e-mail zelf.]")
    assert len(mail.body) > 20_000


def test_a_mail_that_breaks_the_sorting_waits_and_holds_up_nobody(
    at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sorting.reading.read
    monkeypatch.setattr(
        sorting.reading, "read",
        lambda raw, **more: 1 / 0 if b"giftig" in raw else real(raw, **more),
    )  # fmt: skip
    for raw in (letter("giftig"), letter("gewoon")):
        keeping.keep(raw, folder="t", uidvalidity=1, uid=next(_uids), size=1, at=at)
    for _try in range(sorting.TRIES):
        sorting.sort_due(at)
    states = dict(Mail.objects.values_list("because", "state"))
    assert states == {"unreadable": "waiting", "": "request"}


def test_what_is_over_goes(case: Case, at: dt.datetime) -> None:
    automatic = arrive(letter("weg", Auto_Submitted="auto-replied"), at)
    waiting = arrive(letter("wacht", subject=case.reference, sender="a@b.example"), at)
    keys = DataKey.objects.count()
    assert keeping.forget_over(at + dt.timedelta(days=29)) == 0
    assert keeping.forget_over(at + dt.timedelta(days=30)) == 2
    assert keeping.forget_over(at + dt.timedelta(days=31)) == 0
    kept = Mail.objects.select_related("data_key").get(case=case, state=MailState.REQUEST)
    assert (kept.raw, kept.said != "") == ("", True)
    gone = Mail.objects.get(pk=automatic.pk)
    assert (gone.data_key, gone.body, gone.sender_index) == (None, "", "")
    assert DataKey.objects.count() == keys - 1
    assert Mail.objects.get(pk=waiting.pk).data_key is not None


def test_the_first_message_of_a_case_goes_to_its_worker(case: Case, at: dt.datetime, cast: Cast) -> None:
    from accounts.actors import actor_for
    from cases import actions

    actions.take(case, by=actor_for(cast.samira, at), at=at)
    arrive(letter("Hoi", subject=case.reference), at)
    told = set(Notice.objects.filter(kind="case.message").values_list("user", flat=True))
    assert told == {User.objects.get(pk=cast.samira.pk).pk}
    assert messages.waiting_in(case) == 1
    assert isinstance(case.pk, uuid.UUID)


def test_words_at_the_end_of_a_long_mail_are_heard(at: dt.datetime) -> None:
    case = arrive(letter("Ik slaap slecht. " * 300 + "Ik denk aan zelfmoord."), at).case
    assert case is not None
    assert (case.urgency, case.intake.raised_by, "zelfmoord" in case.intake.story) == ("urgent", "zelfmoord", False)


def test_words_in_a_reply_raise_the_case_it_joins(case: Case, at: dt.datetime) -> None:
    assert case.urgency != "urgent"
    mail = arrive(letter("Ik denk aan zelfmoord.", subject=f"Over {case.reference}"), at)
    assert (mail.state, mail.case_id) == (MailState.JOINED, case.pk)
    case.refresh_from_db()
    assert (case.urgency, case.alerts.open().count()) == ("urgent", 1)


def test_the_same_words_of_two_people_are_two_mails_also_without_a_number(at: dt.datetime) -> None:
    for sender in ("een@buiten.example", "twee@buiten.example"):
        raw = letter("Bel mij.", sender=sender)
        arrive(re.sub(rb"(?im)^message-id:.*\n", b"", raw), at)
    raw = letter("Bel mij.", sender="drie@buiten.example")
    arrive(re.sub(rb"(?im)^message-id:.*\n", b"Message-ID:\n <drie@buiten.example>\n", raw), at)
    assert Case.objects.count() == 3
    again = re.sub(rb"(?im)^message-id:.*\n", b"", letter("Bel mij.", sender="een@buiten.example"))
    assert not keeping.keep(b"Received: elsewhere\n" + again, folder="o", uidvalidity=9, uid=9, size=1, at=at)


def test_words_in_a_mail_that_waits_shorten_its_term_and_are_said_each_time(case: Case, at: dt.datetime) -> None:
    closing.withdraw(case, by=follower(case.pk), at=at)
    for number in range(2):
        mail = arrive(letter(f"Ik denk aan zelfmoord. {number}", subject=f"Over {case.reference}"), at)
        assert (mail.because, mail.due_at) == (Because.CLOSED, at + dt.timedelta(hours=4))
    told = Notice.objects.filter(kind="desk.mail_presses", channel=Channel.INBOX).values_list("user__email", flat=True)
    assert sorted(one.split("@")[0] for one in told) == ["els"] * 2 + ["joost"] * 2 + ["samira"] * 2
    assert not Notice.objects.filter(kind="desk.mail_waits").exists()
    calm = arrive(letter("Zelfmoord in het nieuws.", List_Id="<nieuws.example>"), at)
    assert calm.due_at > at + dt.timedelta(hours=4)


def test_words_of_a_stranger_about_an_open_case_alert_as_well(case: Case, at: dt.datetime) -> None:
    mail = arrive(
        letter("Ze praat over zelfmoord.", subject=f"Re: {case.reference}", sender="X <x@elders.example>"), at
    )
    assert (mail.because, case.alerts.open().count()) == (Because.STRANGER, 1)
