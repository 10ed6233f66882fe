"""What reaches a client, a relative, a mailbox or paper, in full, for tests/cases/test_case_machine.py."""

import re

import pypdfium2
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import delivery
from accounts.permissions import Refused
from cases import notes, paper
from cases.following import KEY
from cases.models import Case, Document, Invitation
from cases.workspace import open_workspace
from desk.views.doors import PAGES
from tests.cases.machine import SECRET, OneCase
from tests.world import let_in

ONE = {"document": Document, "guest": Invitation}
"""Pages of the client about one thing, each with what it is about."""


class Readers(OneCase):
    def leaks(self, text: str) -> set[str]:
        """What stands in it that was hushed, and never shared."""
        return set(SECRET.findall(text)) - self.shared

    def nobody_outside_reads_what_was_hushed(self) -> None:
        """Pages over HTTP, mails as they are sent, and paper as it is printed."""
        if not self.hushed:
            return
        delivery.deliver_due(self.at)
        for letter in mail.outbox:
            assert not self.leaks(f"{letter.subject} {letter.body} {letter.message()}"), letter.subject
        with time_machine.travel(self.at, tick=False):
            for case in (self.case, self.other):
                self._of_the_client(case)
                self._of_the_relative(case)
                self._on_paper(case)

    def _of_the_client(self, case: Case) -> None:
        browser = Client()
        session = browser.session
        session[KEY] = {"id": str(case.pk), "advice": False, "at": timezone.now().isoformat()}
        session.save()
        browser.cookies["__Host-session"] = session.session_key
        for name, (tail, _page) in PAGES.items():
            rows = ONE[name].objects.filter(case=case) if name in ONE else []
            for args in [[row.pk] for row in rows] + ([[]] if "<" not in tail else []):
                answer = browser.get(reverse(f"follow_{name}", args=args), follow=True)
                expected = {405} if name == "plan_yes" else {200, 404} if args else {200}
                assert answer.status_code in expected, (name, answer.status_code)
                assert not self.leaks(answer.content.decode()), name

    def _of_the_relative(self, case: Case) -> None:
        browser = let_in(Client(), self.cast.fenna)
        for row in Invitation.objects.filter(case=case, accepted_by=self.cast.fenna):
            answer = browser.get(reverse("family_page", args=[row.pk]))
            assert answer.status_code in {200, 404} and not self.leaks(answer.content.decode())

    def _on_paper(self, case: Case) -> None:
        """For whoever may read all of it, also who wrote the working notes. A word may be cut where a line ends."""
        for name in ("bram", "ilse", "samira"):
            try:
                space = open_workspace(self.by(name), case.reference, tab="paper", part="paper", at=self.at)
            except Refused:
                continue
            if not space.reads_all:
                continue
            made = paper.paper(space, "file", by=self.by(name))
            sheets = pypdfium2.PdfDocument(paper.pdf(made))
            words = re.sub(r"[\s\u00ad\ufffe\u200b-]", "", "".join(
                sheet.get_textpage().get_text_range() for sheet in sheets
            ))  # fmt: skip
            assert all(re.sub(r"\s", "", note.body) in words for note in notes.for_client(space.case))
            assert not [word for word in self.leaks(words) if word.startswith("EIGEN")], name
