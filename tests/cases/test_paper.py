"""A case on paper: what is in it and what never is, for whom, in which language, and what the audit says of it."""

import datetime as dt
import uuid
from collections.abc import Callable

import pypdfium2
import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.actors import follower
from accounts.duty import load_calendar
from accounts.models import AuditEvent
from cases import (
    actions,
    after_calls,
    appointments,
    closing,
    confidentiality,
    debriefing,
    family,
    first_contact,
    merging,
    messages,
    notes,
    outlines,
    paper,
    timeline,
    tracks,
)
from cases.closing import Goodbye
from cases.enums import AccessReason, AccessScope, EntryKind, NoteKind
from cases.enums.tracks import CoachingFocus, OutlineMoment, TrackKind
from cases.models import AfterCare, Case, CaseAccess, Message
from cases.permissions import grant
from cases.workspace import open_workspace
from tests.desk.counting import queries_of
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.coaches import register
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
FOR_FILE, OWN = "Ze slaapt weer beter.", "Denk aan de verjaardag van haar broer."
RUDE = '#panic("boe") $x$ <script>alert(1)</script> https://elders.example/ #image("/etc/passwd") \\u{202E}'


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast around this very moment, because pages read the clock."""
    return make_cast(timezone.localtime())


@pytest.fixture
def case(cast: Cast) -> Case:
    """One with something of every kind."""
    made, by, at = make_accepted(cast), cast.actor("bram"), cast.at
    notes.write(made, FOR_FILE, kind=NoteKind.FILE, by=by, at=at)
    notes.write(made, RUDE, kind=NoteKind.FILE, by=by, at=at)
    notes.write(made, OWN, kind=NoteKind.WORKING, by=by, at=at)
    made.person.name = "Tom Jansen"
    messages.send(made, submission_id=made.pk, body="Tot donderdag.", by=by, at=at)
    hour = dt.timedelta(hours=1)
    appointments.record_contact(made, starts_at=at - hour, minutes=45, way="phone", by=by, at=at)
    agreed = first_contact.Agreed(name="Hendrik Buurman", relation="buurman")
    first_contact.change(made, agreed, by=by, at=at, reason="Gevraagd door Hendrik")
    timeline.add(made, EntryKind.KEEP_OUT, by=by, at=at, text="Ex-man Gerard werkt hier")
    return made


def printed(browser: Client, case: Case, which: str = "file") -> str:
    """The words of the PDF, page by page."""
    answer = browser.post(f"/zaken/{case.reference}/papier/pdf/", {"which": which})
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{case.reference}.pdf"'
    pages = pypdfium2.PdfDocument(answer.content)
    return "\f".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)


def test_the_whole_file(cast: Cast, case: Case, logged_in: LogIn) -> None:
    words = printed(logged_in(cast.bram), case)
    for part in (FOR_FILE, "Tot donderdag.", "45 minuten", str(case.intake.story), "Zaakdossier"):
        assert part in words, part
    for page in words.split("\f"):
        assert "Vertrouwelijk." in page and case.reference in page and "Geprint door Bram de Wit op" in page


def test_never_a_working_note_nor_somebody_else(cast: Cast, case: Case, logged_in: LogIn) -> None:
    case.person.contact.contact_person = "Tante Riet"
    case.person.contact.save()
    browser = logged_in(cast.bram)
    page = browser.get(f"/zaken/{case.reference}/papier/?all=1").content.decode()
    for words in (printed(browser, case), page):
        assert FOR_FILE in words
        for never in (OWN, "Hendrik", "Gerard", "Tante Riet"):
            assert never not in words, never


def test_whom_the_client_let_in_is_not_named(cast: Cast, case: Case, logged_in: LogIn) -> None:
    guest = family.Guest("Lisa Visser", "mijn zus", "Tommie", "lisa@thuis.example")
    wanted = family.Wanted("messages", cast.at.date() + dt.timedelta(days=9))
    made = family.invite(case, guest, wanted, submission_id=uuid.uuid4(), by=follower(case.pk), at=cast.at)
    row = Message(case=case, submission_id=uuid.uuid4(), family=made.invitation, sent_at=cast.at, thread_at=cast.at)
    row.body = "Ik breng hem."
    row.save()
    words = printed(logged_in(cast.bram), case)
    assert "Iemand die de cliënt toegang gaf" in words and "Ik breng hem." in words
    assert "Lisa" not in words and "mijn zus" not in words


def test_what_people_write_is_data(cast: Cast, case: Case, logged_in: LogIn) -> None:
    words = printed(logged_in(cast.bram), case)
    assert '#panic("boe") $x$ <script>alert(1)</script>' in words and '#image("/etc/passwd")' in words
    assert b"/URI" not in logged_in(cast.bram).post(f"/zaken/{case.reference}/papier/pdf/", {"which": "file"}).content


def test_no_more_than_the_pages_show(cast: Cast, case: Case, logged_in: LogIn) -> None:
    actions.change_contact(case, {"personnel_number": "998877"}, by=cast.actor("bram"), at=cast.at)
    browser = logged_in(cast.bram)
    assert "998877" not in printed(browser, case)
    actions.close(case, outcome="helped", note="Ze kan verder.", by=cast.actor("bram"), at=cast.at)
    words = printed(browser, case)
    assert "Ze kan verder." in words and str(case.intake.story) not in words


def test_how_it_ended_each_time_and_the_call_afterwards(cast: Cast, case: Case, logged_in: LogIn) -> None:
    at, bram = cast.at, cast.actor("bram")
    said = Goodbye(results={"Weer slapen": "partly"}, takes_along="Rust.", calls=True)
    closing.close(case, outcome="helped", note="Ze kan verder.", goodbye=said, by=bram, at=at)
    row = AfterCare.objects.get()
    after_calls.called(
        case, "wants_help", note="Slaapt weer slecht.", by=cast.actor("samira"), at=at, calendar=load_calendar(),
        reason="Belde zelf.",
    )  # fmt: skip
    grant(case, reason=AccessReason.REFERRAL, user_id=cast.bram.pk, at=at)
    words, page = printed(logged_in(cast.bram), case), logged_in(cast.bram).get(f"/zaken/{case.reference}/")
    for part in ("Weer slapen", "Deels bereikt", "Rust.", "Ze kan verder.", "Wil weer hulp", "Slaapt weer slecht."):
        assert part in words, part
    assert "Slaapt weer slecht." in page.content.decode() and str(row.pk) not in words
    assert "Deels bereikt" in printed(logged_in(cast.bram), case, "summary")


def test_talks_with_a_group(cast: Cast, case: Case, logged_in: LogIn) -> None:
    by, hour = cast.actor("bram"), dt.timedelta(hours=1)
    talk = debriefing.plan(
        case, starts_at=cast.at + hour, minutes=90, place="Zaal", incident="Ongeval met een voertuig.",
        second=cast.users["ilse"], by=by, at=cast.at,
    )  # fmt: skip
    day = (cast.at + 35 * 24 * hour).date()
    debriefing.hold(
        talk, present=12, want_own_talk=2, report="Ze willen een dag rust.", look_again_on=day, by=by,
        at=cast.at + 2 * hour,
    )  # fmt: skip
    words = printed(logged_in(cast.bram), case)
    for part in ("Ongeval met een voertuig.", "12 mensen", "Ze willen een dag rust.", "Ilse"):
        assert part in words, part


def test_what_was_explained_and_what_the_employer_may_hear(cast: Cast, case: Case, logged_in: LogIn) -> None:
    by, at = cast.actor("bram"), cast.at
    confidentiality.explain(
        case, on=at.date(), words="Ook uitgetekend.", questions="Hoort mijn chef dit? Nee.", by=by, at=at
    )
    register(cast)
    tracks.start(case, TrackKind.COACHING, reason="Past beter.", focus=CoachingFocus.CAREER, by=by, at=at)
    outlines.write(case, OutlineMoment.START, "Coaching tot de zomer.", by=by, at=at)
    words = printed(logged_in(cast.bram), case)
    for part in ("Ook uitgetekend.", "Hoort mijn chef dit? Nee.", "Coaching tot de zomer."):
        assert part in words, part


def test_what_was_put_together_for_who_reads_both(cast: Cast, logged_in: LogIn) -> None:
    by = cast.actor("samira")
    gone, stays = make_case(cast), make_case(cast)
    notes.write(gone, "Van de eerste keer.", kind=NoteKind.FILE, by=by, at=cast.at)
    row = merging.merge(gone, stays, reason="Zelfde.", by=by, at=cast.at)
    samira = logged_in(cast.samira)
    words = printed(samira, stays)
    assert "Van de eerste keer." in words and f"{gone.reference}: Verslagen" in words
    assert AuditEvent.objects.filter(case_id=gone.pk, action="case.printed", part="file").count() == 1
    assert "Van de eerste keer." not in printed(samira, stays, "summary")
    contact = AccessScope.CONTACT
    CaseAccess.objects.filter(case=gone, team__isnull=False).update(scope=contact)
    assert "Van de eerste keer." not in printed(samira, stays)
    CaseAccess.objects.filter(case=gone, team__isnull=False).update(scope=AccessScope.FULL)
    merging.undo(row, by=by, at=cast.at)
    assert "Van de eerste keer." not in printed(samira, stays)


def test_the_summary_has_no_notes_and_no_messages(cast: Cast, case: Case, logged_in: LogIn) -> None:
    words = printed(logged_in(cast.bram), case, "summary")
    assert "Samenvatting van de zaak" in words and str(case.summary) in words
    assert FOR_FILE not in words and "Tot donderdag." not in words and str(case.intake.story) not in words


def test_in_english_for_who_reads_english(cast: Cast, case: Case) -> None:
    at = cast.at
    space = open_workspace(cast.actor("bram"), case.reference, tab="case", part="paper", at=at)
    with translation.override("en"):
        made = paper.paper(space, "file", by=cast.actor("bram"))
    assert made.title == "File of the case" and made.head.startswith("Confidential. ") and made.language == "en"
    assert paper.pdf(made)[:4] == b"%PDF"


def test_printing_is_in_the_audit(cast: Cast, case: Case, logged_in: LogIn) -> None:
    browser = logged_in(cast.bram)
    browser.get(f"/zaken/{case.reference}/papier/")
    printed(browser, case)
    lines = AuditEvent.objects.filter(case_id=case.pk, actor_id=str(cast.bram.pk), action="case.printed")
    assert sorted(lines.values_list("part", flat=True)) == ["file", "summary"]
    assert AuditEvent.objects.filter(case_id=case.pk, action="case.viewed", part="paper").count() == 2


@pytest.mark.parametrize("who", ["ilse", "ruben", "nadia", "vera", "arie", "tom"])
def test_nobody_else(cast: Cast, case: Case, logged_in: LogIn, who: str) -> None:
    browser = logged_in(cast.users[who])
    assert browser.get(f"/zaken/{case.reference}/papier/").status_code == 404
    assert browser.post(f"/zaken/{case.reference}/papier/pdf/").status_code == 404


def test_who_sees_only_how_to_reach_the_client_prints_nothing(cast: Cast, case: Case, logged_in: LogIn) -> None:
    samira = logged_in(cast.samira)
    assert "papier" not in samira.get(f"/zaken/{case.reference}/").content.decode()
    assert samira.get(f"/zaken/{case.reference}/papier/?all=1").status_code == 403
    assert samira.post(f"/zaken/{case.reference}/papier/pdf/", {"which": "file"}).status_code == 403


def test_the_pdf_only_by_post(cast: Cast, case: Case, logged_in: LogIn) -> None:
    assert logged_in(cast.bram).get(f"/zaken/{case.reference}/papier/pdf/").status_code == 405


def test_a_long_file_costs_no_more_questions(cast: Cast, case: Case, logged_in: LogIn) -> None:
    browser, address = logged_in(cast.bram), f"/zaken/{case.reference}/papier/?all=1"
    few = queries_of(lambda: browser.get(address))
    for number in range(30):
        notes.write(case, f"Verslag {number}. " + "lang " * 200, kind=NoteKind.FILE, by=cast.actor("bram"), at=cast.at)
        messages.send(case, submission_id=uuid.uuid4(), body="Goed.", by=cast.actor("bram"), at=cast.at)
    many = queries_of(lambda: browser.get(address))
    assert len(many) <= len(few) <= 18, len(few)  # one for each part of the file, however long it is
    words = printed(browser, case)
    assert words.count("\f") >= 5 and "Verslag 29." in words


def test_a_word_without_end_stays_on_the_page(cast: Cast, case: Case) -> None:
    made = paper.Paper("T", "NB-1", "Vertrouwelijk.", "nl", [paper.Section("S", text="x" * 600)])
    page = pypdfium2.PdfDocument(paper.pdf(made))[0]
    text = page.get_textpage()
    right = max(text.get_charbox(index)[2] for index in range(text.count_chars()))
    assert right < page.get_width() - 50
