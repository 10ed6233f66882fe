"""Everyone against every address, in every state of a case, by every method (SECURITY T1).

What should happen is in permission_matrix.csv and what may be read in permission_canaries.csv. Both were written down
and looked through by people; they are not worked out from the code that they judge. A missing line is a failure.
"""

import csv
import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as site
from django.core import mail
from django.core.cache import cache
from django.core.checks import run_checks
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path

from accounts import delivery, inbox
from accounts.enums import Channel, Outcome
from accounts.models import AuditEvent, Notice
from accounts.notices import KINDS
from cases.models import Invitation
from desk import checks
from tests import databases
from tests.matrix import ACTORS, build_matrix
from tests.matrix_addresses import Address, addresses, names
from tests.matrix_words import STAGES, Matrix, canaries
from tests.walk import written
from tests.world import MOMENT, write_letter

pytestmark = pytest.mark.long

HERE = Path(__file__).parent
OTHERS = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
TRIED_BY_ALL_METHODS = ("", "triage")
DRESSED = (
    # the same address in other clothes: what comes with a request may never open it
    {"query_string": "page=2&q=cnry&since=2026-03-10T09:00:00%2B01:00"},
    {"headers": {"HX-Request": "true", "HX-Current-URL": "https://127.0.0.1/loket/"}},
    {"headers": {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"}},
)
LONG = ("case_timeline",)
"""Pages of which the second one has something too, in these cases."""
LOG_IN = (site.LOGIN_URL, "/account/inloggen/", "/volgen/")
PROVE = (*LOG_IN, "/account/beveiliging/", "/account/controle/stap/")  # for a colleague with a password only
FOLLOWED = "/volgen/aanvraag/"  # where who gave the pass-phrase is sent back to
DENIED = {"404", "403", "login"}
LEAVES = "quick_exit"
"""The one address where a GET changes something (DECISIONS): it ends the session, and what was kept of it goes too."""
FORGETS = ('DELETE FROM "accounts_kepttext"', 'DELETE FROM "accounts_datakey"')


def read_table(name: str) -> dict[tuple[str, ...], dict[str, str]]:
    """A table by its first two columns; each row maps an actor to a cell."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    first, second, *actors = rows[0]
    return {(row[first], stage): {who: row[who] for who in actors} for row in rows for stage in row[second].split()}


@pytest.fixture(scope="module")
def matrix(django_db_setup: None, django_db_blocker: Any) -> Iterator[Matrix]:
    """The cases and the actors, written once for this module."""
    with django_db_blocker.unblock(), time_machine.travel(MOMENT, tick=False):
        write_letter()
        yield build_matrix()
        databases.remake()


@pytest.fixture(autouse=True)
def _now(db: None, settings: Any) -> Iterator[None]:
    settings.DEMO = True
    cache.clear()  # log-in counts its tries there
    logging.disable(logging.WARNING)  # thousands of refusals
    with time_machine.travel(MOMENT, tick=False):
        yield
    logging.disable(logging.NOTSET)


def browser(matrix: Matrix, actor: str, stage: str) -> Client:
    client = Client(raise_request_exception=False)
    key = matrix.sessions.get(actor) or matrix.sessions.get(f"{actor} {stage or 'triage'}")
    if key:
        client.cookies[site.SESSION_COOKIE_NAME] = key
    return client


def cell(answer: Any, actor: str) -> str:
    """What happened, as the table says it. Being asked for the second factor counts as being asked to log in."""
    if answer.status_code in {301, 302, 303} or "HX-Redirect" in answer:
        asks, to = PROVE if actor == "staff_without_factor" else LOG_IN, answer.get("Location") or answer["HX-Redirect"]
        return "login" if to.startswith(asks) and not to.startswith(FOLLOWED) else "allow"
    return "allow" if answer.status_code in {200, 400, 409} else str(answer.status_code)


def ask(client: Client, method: str, address: Address, **dress: Any) -> tuple[Any, list[str], list[AuditEvent]]:
    """Send it, see what it wrote and which audit lines it left, and undo it."""
    last = AuditEvent.objects.values_list("pk", flat=True).first() or 0
    connection.queries_log.clear()  # or it fills up, and nothing more is captured
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        address_and_more = f"{address.path}?{dress.pop('query_string')}" if "query_string" in dress else address.path
        answer = client.generic(method, address_and_more, **dress)
        answer.told = "".join(map(spoken, mail.outbox)) + "".join(entry["sql"] for entry in queries if tells(entry))
        lines = list(AuditEvent.objects.filter(pk__gt=last))
        transaction.set_rollback(True)
    return answer, written(queries), lines


def tells(query: dict[str, str]) -> bool:
    """Whether this wrote an audit line or a notice; neither may say a word of a case."""
    return query["sql"].startswith(('INSERT INTO "accounts_auditevent"', 'INSERT INTO "accounts_notice"'))


def spoken(letter: Any) -> str:
    """All that a mail says: every header but whom it is for, and its text in both forms."""
    other = [str(content) for content, _kind in letter.alternatives]
    return "\n".join([letter.subject, letter.body, letter.from_email, str(letter.extra_headers), *other])


def tries_of(address: Address) -> Iterator[tuple[str, dict[str, Any]]]:
    """Methods, and GET in other clothes, to try at an address."""
    thorough = address.stage in TRIED_BY_ALL_METHODS
    yield from ((method, {}) for method in (("GET", "POST", *OTHERS) if thorough else ("GET", "POST")))
    if thorough:
        yield from (("GET", dict(dress)) for dress in DRESSED)
    if address.name in LONG:
        yield "GET", {"query_string": "page=2"}


def judge(actor: str, method: str, right: str, answer: Any, changes: list[str], lines: list[AuditEvent]) -> str:
    """What is wrong with an answer; empty when nothing is."""
    got = cell(answer, actor)
    if answer.status_code >= 500:
        return f"{answer.status_code}"
    if answer["Cache-Control"] != "no-store" or "default-src 'none'" not in answer["Content-Security-Policy"]:
        return "may be kept, or has no policy"
    if right in DENIED or right == "405":
        allowed = {right, "405"} | ({"allow"} if method == "OPTIONS" else set())
        if got not in allowed:
            return f"{got}, not {right}"
        if changes:
            return f"denied, but wrote {changes[0][:80]}"
        denied = [line for line in lines if line.outcome == Outcome.DENIED]
        if right in {"404", "403"} and got == right and len(denied) != 1:
            return f"{len(denied)} audit lines for a denial"
        return ""
    if got not in {"allow", "login", "405"} and not (got == "404" and method != "GET"):
        return f"{got}, not {right}"
    return "looking wrote " + changes[0][:80] if changes and method in {"GET", "HEAD"} else ""


@pytest.mark.parametrize("actor", ACTORS)
def test_nobody_gets_further_than_the_table_says(
    actor: str, matrix: Matrix, record_property: Callable[[str, object], None]
) -> None:
    calls, table, may_read = 0, read_table("permission_matrix.csv"), read_table("permission_canaries.csv")
    wrong, read = [], set()
    for address in addresses(matrix):
        client = browser(matrix, actor, address.stage)
        right = table[address.name, address.stage or "-"][actor]
        got = set()
        for method, dress in tries_of(address):
            answer, changes, lines = ask(client, method, address, **dress)
            changes = [one for one in changes if address.name != LEAVES or not one.startswith(FORGETS)]
            calls += 1
            got.add(cell(answer, actor))
            if problem := judge(actor, method, right, answer, changes, lines):
                wrong.append(f"{method} {address.name} {address.stage}: {problem}")
            read |= canaries(answer.content.decode(errors="replace") + str(answer.headers))
            if said := canaries(answer.told):
                wrong.append(f"{method} {address.name} {address.stage}: audit, notice or mail says {said}")
            mail.outbox.clear()
        if right not in got:
            wrong.append(f"{address.name} {address.stage}: never {right}")
    allowed = {pair for pair, row in may_read.items() if row[actor] == "yes"}
    record_property("matrix calls", calls)
    record_property("matrix leaks", len(read - allowed))
    assert not wrong, "\n".join(wrong)
    assert sorted(read - allowed) == []
    assert sorted(allowed - read) == []


def test_an_opened_case_leaves_one_view(matrix: Matrix) -> None:
    """Each page that shows a case to somebody who may see it is one line in the audit, no more and no less."""
    counted: dict[str, int] = defaultdict(int)
    for address in addresses(matrix):
        if address.stage not in matrix.cases:
            continue
        for actor in ("client_own", "follower", "desk_on_duty", "worker_assigned"):
            answer, _changes, lines = ask(browser(matrix, actor, address.stage), "GET", address)
            seen = canaries(answer.content.decode(errors="replace")) if answer.status_code == 200 else set()
            looks = [line for line in lines if line.action.endswith(".viewed") and line.case_id]
            if seen and len(looks) != 1:
                counted[f"{actor} {address.name} {address.stage}"] = len(looks)
    assert counted == {}


def test_what_is_written_about_a_look_is_searched_as_well(matrix: Matrix) -> None:
    """The audit line of a look is among what ``told`` holds; a word of the case in it would be found."""
    looked = next(one for one in addresses(matrix) if (one.name, one.stage) == ("case", "active"))
    answer, _changes, _lines = ask(browser(matrix, "worker_assigned", "active"), "GET", looked)
    assert "case.viewed" in answer.told and matrix.cases["active"].reference not in answer.told
    assert canaries(answer.content.decode()) and not canaries(answer.told)


def test_every_pattern_has_its_lines() -> None:
    table = read_table("permission_matrix.csv")
    known = {name for name, _stage in table}
    assert set(names()) - known == set()
    assert known - set(names()) == set()
    assert all(set(row) == set(ACTORS) for row in table.values())


def test_a_view_that_declares_nothing_stops_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    def bare(request: Any) -> None:
        """Nobody said who may open it."""

    pattern = path("bare/", bare, name="bare")
    monkeypatch.setattr(checks, "every_pattern", lambda: iter([("bare/", pattern)]))
    found = [error.id for error in run_checks() if error.id == "desk.E001"]
    assert found == ["desk.E001"]


def test_a_notice_says_nothing_and_goes_to_whom_it_is_for(matrix: Matrix) -> None:
    """Every line of an inbox, and every mail, told or sent in all those cases: no word of a case, no other address."""
    _invitations_count()
    rows = list(Notice.objects.select_related("user"))
    lines = [inbox.line(row) for row in rows if row.channel == Channel.INBOX]
    mails = [delivery.make_mail(row, KINDS[row.kind], "") for row in rows if row.channel == Channel.EMAIL]
    assert len(lines) > 50 and len(mails) > 90
    assert len({row.kind for row in rows}) >= 12
    assert canaries("".join(f"{line.title} {line.text}" for line in lines)) == set()
    assert canaries("".join(map(spoken, mails))) == set()
    assert canaries("".join(f"{row.path} {row.params} {row.dedupe_key} {row.last_error}" for row in rows)) == set()
    stages = {case.pk: stage for stage, case in matrix.cases.items()}
    stages |= dict((row.pk, stages[row.case_id]) for row in Invitation.objects.all())
    addressed = set()
    for row in rows:
        if row.channel == Channel.EMAIL and row.user is None and row.subject_id in stages:
            what = "guestmail" if row.kind == "family.invited" else "email"
            if found := KINDS[row.kind].address(row).email:
                assert canaries(found) == {(what, stages[row.subject_id])}
                addressed.add((what, stages[row.subject_id]))
    assert len(addressed) == 2 * len(STAGES)


def test_what_is_sent_says_nothing(matrix: Matrix) -> None:
    """The mails as they leave, to nobody but whom the client named, or who logs in with that address."""
    _invitations_count()
    delivery.deliver_due(MOMENT)
    known = {user.email for user in matrix.made.users.values()}
    known |= {"nora@nabij.example", "ina@nabij.example"}  # who is invited to a team, and the prevention officer
    assert len(mail.outbox) > 50
    assert canaries("".join(map(spoken, mail.outbox))) == set()
    for letter in mail.outbox:
        assert len(letter.recipients()) == 1
        named = {what for what, _stage in canaries(letter.to[0])}
        assert letter.to[0] in known or named in ({"email"}, {"guestmail"}, {"letteremail"}, {"othermail"})


def _invitations_count() -> None:
    """Whether a mail to someone let in may still go is asked of the clock of the database, which nobody can set."""
    later = Now() + dt.timedelta(days=1)
    Invitation.objects.update(open_until=later, ends_at=later)
