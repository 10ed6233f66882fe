"""A Saturday-night accident: the person on call is paged, the next one too, until somebody is on it.

Twice, because nobody can wait for a Saturday. First all of it for real, at this moment: whoever the roster names now is
paged by the running site; only the quarter of an hour until the next in line is skipped, by moving the alert's rows
sixteen minutes back. Then the Saturday night itself by the clock: with the ticker and the scheduler at rest, the
request is taken in and the sweeps are run with moments of last Saturday, by the same functions. Only the mail worker
and the browser in which it is picked up live now; for that the worker on call gets a shift that covers this moment.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.journeys.client import NL, Client, Request, Sent, words
from tests.journeys.records import AMSTERDAM, Records, letter_words
from tests.journeys.site import Site
from tests.journeys.staff import Worker
from tests.mailbox import eventually

STORY = "Vanavond is bij de oefening een voertuig gekanteld. Ik zat ernaast. Ik zie het steeds weer."
STEPS = """
    SELECT u.email, s.rung FROM cases_alertstep s JOIN cases_alert a ON a.id = s.alert_id
    JOIN cases_case c ON c.id = a.case_id LEFT JOIN accounts_user u ON u.id = s.user_id
    WHERE c.reference = %s ORDER BY s.number, s.id
"""
A_QUARTER_LATER = """
    UPDATE cases_alert SET raised_at = raised_at - interval '16 minutes', next_step_at = now()
    WHERE acknowledged_at IS NULL AND case_id = (SELECT id FROM cases_case WHERE reference = %s)
"""


def test_the_person_on_duty_is_paged_now(
    whole_site: Site, records: Records, client: Callable[..., Client], worker: Callable[[str], Worker]
) -> None:
    first, second = on_duty(whole_site, "")
    teun = client(NL, script=False)
    sent = he_asks(teun, records)
    assert mails_about(sent.reference, records, 1) == [("case.alert", first)]
    whole_site.sql(A_QUARTER_LATER, sent.reference)
    assert mails_about(sent.reference, records, 2) == [("case.alert", first), ("case.alert", second)]
    night = worker(second.split("@")[0])
    night.pick_up(sent.reference)
    the_reminders_stop(whole_site, records, sent)
    they_speak(night, teun, sent, records)
    assert records.told(sent.reference) == [("case.alert", first), ("case.alert", second)]
    assert "Dringend: er is een bericht voor je" in [letter.subject for letter in whole_site.mailbox.to(first)]
    assert not [letter for letter in whole_site.mailbox.letters if "voertuig" in letter_words(letter)]


def on_duty(site: Site, at: str) -> list[str]:
    """The log-in addresses of who is on duty, in the order in which they are called."""
    status = json.loads(site.manage("duty", "--json", *(["--at", at] if at else [])))
    return [f"{person['name'].split()[0].lower()}@nabij.example" for person in status["on_duty"]]


def he_asks(teun: Client, records: Records) -> Sent:
    """An accident is urgent by day and by night: contact within four hours, no mail because he wants none."""
    sent = teun.ask(Request(STORY, ("loss",), unit="B-compagnie, 90 Fictief Bataljon", phone="06 00 00 00 12",
                            channels=("phone",)))  # fmt: skip
    urgency, overlay, hours = records.case(
        sent.reference, "c.urgency, i.overlay, extract(epoch FROM i.promised_at - i.sent_at) / 3600"
    )
    assert (urgency, overlay, hours) == ("urgent", "NONE", 4)
    assert "We hebben de hulpverlener van dienst gewaarschuwd" in words(teun.page)
    return sent


def mails_about(reference: str, records: Records, count: int) -> list[tuple[str, str]]:
    """What was mailed about a case, once there are so many."""
    eventually(lambda: len(records.told(reference)) >= count)
    return records.told(reference)


def the_reminders_stop(site: Site, records: Records, sent: Sent) -> None:
    """Who is on it has the case; another quarter of an hour brings nothing any more."""
    site.sql(A_QUARTER_LATER, sent.reference)
    beat = "SELECT extract(epoch FROM at) FROM accounts_heartbeat WHERE name = 'tick'"
    seen = site.sql(beat)[0][0]
    assert eventually(lambda: site.sql(beat)[0][0] > seen + 2)
    assert len(site.sql(STEPS, sent.reference)) == 2
    assert records.state(sent.reference) == "in_triage"


def they_speak(night: Worker, teun: Client, sent: Sent, records: Records) -> None:
    """The worker reads, calls and solves it; he reads the same promise before, and the end afterwards."""
    teun.follow(sent)
    assert (teun.step(), teun.promise()) == ("We kijken ernaar", sent.promise)
    assert STORY in words(night.page)
    night.record_attempt("spoken")
    night.solve("Samen besproken wat hij nu nodig heeft.")
    assert records.case(sent.reference, "c.state, c.outcome") == ("closed", "solved_at_desk")
    assert "Je zaak is afgesloten" in teun.look()


# -- the Saturday night itself ---------------------------------------------------------------------

TAKE_IN = """
import datetime as dt, json, uuid
from accounts.actors import ANONYMOUS
from cases.intake import Submission
from desk import reception
receipt = reception.take_in(
    Submission(
        submission_id=uuid.uuid4(), danger="no", requester="self", situation="at_home", topics=("work.incident",),
        story="Ongeluk bij de oefening.", contact={{"phone": "06 00 00 00 13", "channels": ["phone"]}},
    ),
    by=ANONYMOUS, at=dt.datetime.fromisoformat("{at}"),
)
print(json.dumps([receipt.reference, receipt.handler_now, receipt.promised_at.isoformat()]))
"""
SWEEP = """
import datetime as dt
from desk import sweeps
print(sweeps.run(dt.datetime.fromisoformat("{at}"), source="tick"))
"""
LADDER = [("nadia@nabij.example", "duty_1"), ("otto@nabij.example", "duty_2"), ("els@nabij.example", "coordinator")]


def test_on_saturday_night_the_ladder_is_climbed_until_somebody_is_on_it(
    clock_in_hand: Site, records: Records, worker: Callable[[str], Worker]
) -> None:
    site, night = clock_in_hand, last_saturday_night()
    reference, handler, promised = taken_in(site, night)
    assert on_duty(site, night.isoformat()) == [address for address, _rung in LADDER[:2]]
    assert (handler, dt.datetime.fromisoformat(promised) - night) == ("AFTER_HOURS_LINE", dt.timedelta(hours=4))
    for minutes, told in ((14, 1), (15, 2), (29, 2), (30, 3)):
        sweep(site, night + dt.timedelta(minutes=minutes))
        assert site.sql(STEPS, reference) == LADDER[:told]
    assert mails_about(reference, records, 3) == [("case.alert", address) for address, _rung in LADDER]
    records.put_on_shift("nadia")
    nadia = worker("nadia")
    nadia.pick_up(reference)
    assert (records.owner(reference), records.state(reference)) == ("Nadia Haddad", "in_triage")
    sweep(site, night + dt.timedelta(minutes=45))
    assert site.sql(STEPS, reference) == LADDER


@pytest.fixture
def clock_in_hand(whole_site: Site) -> Iterator[Site]:
    """The site without what runs by the clock of this moment."""
    resting = ("ticker", "scheduler")
    for part in resting:
        whole_site.parts[part].stop()
    yield whole_site
    for part in resting:
        whole_site.part(part)


def sweep(site: Site, at: dt.datetime) -> None:
    """Everything that is due at a moment; no step of it may fail."""
    assert site.python(SWEEP.format(at=at.isoformat())).splitlines()[-1] == "[]"


def last_saturday_night() -> dt.datetime:
    """Saturday 23:30 in Amsterdam, within the past week."""
    now = dt.datetime.now(AMSTERDAM)
    day = now - dt.timedelta(days=(now.weekday() - 5) % 7 or 7)
    return day.replace(hour=23, minute=30, second=0, microsecond=0)


def taken_in(site: Site, at: dt.datetime) -> list[Any]:
    """Take in a request as if it were sent at ``at``: reference, who handles it, and the promised moment."""
    return list(json.loads(site.python(TAKE_IN.format(at=at.isoformat())).splitlines()[-1]))
