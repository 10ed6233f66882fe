"""What becomes of a made-up case: how far each fate takes it, through the desk, a worker and the end."""

import datetime as dt
import uuid
from typing import Any

from bench.life import MACHINE, Life
from bench.organisation import Worker
from bench.words import MESSAGES, text
from cases.deadlines import referral_clock
from cases.enums import (
    AccessReason,
    AccessScope,
    AttemptOutcome,
    CaseOutcome,
    CaseState,
    ContactWay,
    EntryKind,
    NoteKind,
    Overlay,
    SessionState,
    Urgency,
)
from cases.enums.tracks import TrackKind
from cases.models import Alert, AlertStep, ContactAttempt, Message, Note, Session, Track
from referrals.enums import Consent, Destination, MatchStep, ReferralState, ReturnReason
from referrals.models import Referral

ACCESS_AFTER_CLOSING = dt.timedelta(days=14)
DESK_ENDS = [CaseOutcome.SOLVED_AT_DESK] * 6 + [CaseOutcome.CHAPLAIN, CaseOutcome.NOT_REACHED, CaseOutcome.NO_REQUEST]
WORKER_ENDS = [CaseOutcome.HELPED] * 7 + [CaseOutcome.REFERRED_ON, CaseOutcome.STOPPED]
ROOMS = ("Kamer 2.14", "Gebouw C", "Spreekkamer 1", "Bij cliënt thuis")


class Course(Life):
    """A life with a fate. ``run`` is the whole of it."""

    def run(self, fate: str) -> None:
        """From the queue as far as ``fate`` says; the request has been received."""
        desk = self.world.organisation.workers[self.world.organisation.desk.pk]
        self.desk_worker = self.rng.choice(desk)
        if self.case.urgency_rank <= Urgency.URGENT.rank:
            self._alert(answered=fate != "submitted" or self.rng.random() < 0.5)
        if fate == "submitted":
            return
        self._triage(spoken=fate != "in_triage" or self.rng.random() < 0.6)
        if fate == "waiting_client":
            self._ask_more()
        elif fate == "in_triage":
            self._half_way()
        elif fate == "closed_at_desk":
            self._attempt(AttemptOutcome.SPOKEN)
            self._close(self.desk_worker, self.rng.choice(DESK_ENDS))
        elif fate != "in_triage":
            self._refer(accepted=fate != "referred")
            if fate != "referred":
                self._help(to_the_end=fate == "closed_by_worker", begun=fate != "accepted")

    # -- at the desk ---------------------------------------------------------------------------------

    def _alert(self, *, answered: bool) -> None:
        first = self.desk_worker
        alert = Alert(case=self.case, urgency=self.case.urgency, raised_at=self.clock, step=1)
        self.rows[Alert].append(alert)
        self.rows[AlertStep].append(AlertStep(alert=alert, number=0, at=self.clock, user_id=first.id, rung="duty_1"))
        self.told(EntryKind.ALERT_RAISED, MACHINE, rung="duty_1", to_user=first.id)
        self.audited("alert.raised", MACHINE, obj=alert)
        self.noticed("case.alert", first, path="/wacht/")
        if answered:
            alert.acknowledged_at, alert.acknowledged_by_id = self.later(0.02, 0.2), first.id
            self.told(EntryKind.ALERT_ACKNOWLEDGED, first, user=first.id)
            self.audited("alert.acknowledged", first, obj=alert)
        else:
            alert.next_step_at = self.clock + dt.timedelta(minutes=15)

    def _triage(self, *, spoken: bool) -> None:
        who, case = self.desk_worker, self.case
        self.later(0.1, 3)
        self.move(CaseState.IN_TRIAGE, who, "case.taken", owner_id=who.id, primary_contact_id=who.id)
        self.told(EntryKind.TAKEN, who, client=True, owner=who.id)
        self.viewed(who, "triage", "triage")
        if spoken:
            if self.rng.random() < 0.4:
                self._attempt(AttemptOutcome.NO_ANSWER)
            self._attempt(AttemptOutcome.SPOKEN)
        else:
            self._attempt(AttemptOutcome.VOICEMAIL)
        if self.rng.random() < 0.3:
            self.told(EntryKind.TRIAGED, who, topics=case.topics)
            self.audited("case.topics", who)
        if self.rng.random() < 0.08 and case.urgency == Urgency.ROUTINE:
            case.urgency, case.urgency_rank = Urgency.SOON, Urgency.SOON.rank
            change: dict[str, Any] = {"from": "routine", "to": "soon"}
            self.told(EntryKind.URGENCY_CHANGED, who, text="Wacht al lang.", **change)
            self.audited("case.urgency", who, part="routine>soon")

    def _attempt(self, outcome: AttemptOutcome) -> None:
        who = self.desk_worker
        attempt = ContactAttempt(
            case=self.case, at=self.later(0.1, 4), by_id=who.id, way=ContactWay.PHONE, outcome=outcome
        )
        attempt.note = self.note_words() if outcome == AttemptOutcome.SPOKEN else ""
        self.rows[ContactAttempt].append(attempt)
        self.case.tried_at = self.clock
        if outcome == AttemptOutcome.SPOKEN and self.case.first_contact_at is None:
            self.case.first_contact_at = self.clock
        self.told(EntryKind.CONTACT_ATTEMPT, who, client=True, way="phone", outcome=str(outcome))
        self.audited("case.attempt", who, obj=attempt, part=outcome)

    def _ask_more(self) -> None:
        who, until = self.desk_worker, self.later(0.2, 2) + dt.timedelta(days=5)
        self.move(CaseState.WAITING_CLIENT, who, "case.more_asked", waiting_until=until, next_action_at=until)
        self.told(EntryKind.MORE_ASKED, who, text="Bij welke eenheid werk je?", client=True, until=until.isoformat())
        self._message(who)

    def _half_way(self) -> None:
        """Some wait for a yes to the summary, some came back from a worker, the others are just being looked at."""
        lot = self.rng.random()
        if lot < 0.15:
            self._propose()
        elif lot < 0.25:
            self._refer(accepted=False, returned=True)

    # -- handing over --------------------------------------------------------------------------------

    def _propose(self) -> Referral:
        who, case, organisation = self.desk_worker, self.case, self.world.organisation
        referral = Referral(
            case=case, destination=Destination.REGIONAL_DIRECT, to_team=organisation.regional[self.place],
            state=ReferralState.AWAITING_CONSENT, match_step=MatchStep.REGION if case.unit_id else MatchStep.POOL,
            match_name="Regio (fictief)", consent=Consent.ASKED, created_by_id=who.id, created_at=self.later(0.2, 6),
            urgency=case.urgency, urgency_rank=case.urgency_rank,
        )  # fmt: skip
        referral.summary = text(self.rng, ("Wil graag in gesprek.", "Slaapt slecht.", "Spanning op het werk."), 2, 6)
        self.rows[Referral].append(referral)
        self.told(EntryKind.CONSENT_ASKED, who, client=True, to_team=referral.to_team_id)
        self.audited("referral.proposed", who, obj=referral)
        self.noticed("client.news", path="/volgen/", occasion=referral.pk)
        return referral

    def _refer(self, *, accepted: bool, returned: bool = False) -> None:
        referral, who, case = self._propose(), self.desk_worker, self.case
        organisation = self.world.organisation
        referral.consent, referral.consent_at = Consent.IN_PORTAL, self.later(0.2, 10)
        case.summary = referral.summary
        self.told(EntryKind.CONSENT_GIVEN, None, client=True, consent="in_portal")
        referral.state, referral.offered_at = ReferralState.OFFERED, self.clock
        referral.remind_at, referral.due_at = referral_clock(case.urgency, self.clock, self.world.calendar)
        self.move(CaseState.REFERRED, who, "case.referred")
        self.told(EntryKind.REFERRED, who, client=True, to_team=referral.to_team_id)
        team = organisation.workers[organisation.regional[self.place].pk]
        self.noticed("referral.offered", *team, path="/overnemen/", occasion=referral.pk)
        if returned:
            self._return(referral, self.rng.choice(team))
        elif accepted:
            self._accept(referral, team[0] if self.at_home else self.rng.choice(team))
        elif referral.remind_at < self.world.at:
            referral.reminded_at = referral.remind_at

    def _return(self, referral: Referral, who: Worker) -> None:
        referral.state, referral.answered_at, referral.answered_by_id = ReferralState.RETURNED, self.later(1, 8), who.id
        referral.return_reason = ReturnReason.NO_CAPACITY
        self.move(CaseState.IN_TRIAGE, who, "case.returned", returned_at=self.clock, next_action_at=self.clock)
        self.told(EntryKind.RETURNED, who, client=True, reason="no_capacity")
        self.noticed("referral.back", self.desk_worker, path=f"/loket/{self.case.reference}/", occasion=referral.pk)

    def _accept(self, referral: Referral, who: Worker) -> None:
        case = self.case
        referral.state, referral.answered_at, referral.answered_by_id = (
            ReferralState.ACCEPTED,
            self.later(1, 12),
            who.id,
        )
        self.worker = who
        self.viewed(who, "board")
        self.move(
            CaseState.ACCEPTED, who, "case.accepted", owner_id=who.id, primary_contact_id=who.id,
            team=referral.to_team, returned_at=None, next_action_at=None,
        )  # fmt: skip
        self.end_access(self.clock)
        desk, source = self.world.organisation.desk.pk, str(referral.pk)
        self.grant(AccessReason.DESK, team=desk, scope=AccessScope.CONTACT, source=source)
        self.grant(AccessReason.REFERRAL, user=who.id, source=source)
        self.told(EntryKind.ACCEPTED, who, client=True, to_user=who.id, summary_read=True)
        self.audited("referral.accepted", who, obj=referral)
        self.noticed("referral.accepted", self.desk_worker, path=f"/zaken/{case.reference}/", occasion=referral.pk)

    # -- helping -------------------------------------------------------------------------------------

    def _help(self, *, begun: bool, to_the_end: bool) -> None:
        who = self.worker
        self.viewed(who, "workspace")
        if not begun:
            return
        track = Track(case=self.case, kind=TrackKind.SHORT_TERM_HELP, started_at=self.later(2, 24))
        self.rows[Track].append(track)
        self.told(EntryKind.TRACK_STARTED, who, kind="short_term_help")
        self.move(CaseState.ACTIVE, who, "case.active")
        for _session in range(self.rng.choices([1, 2, 3, 4], [30, 35, 25, 10])[0]):
            self._session(track)
        if self.rng.random() < 0.7:
            self._message(None)
            self._message(who)
        if to_the_end:
            self._close(who, self.rng.choice(WORKER_ENDS), track)
            return
        self._note(NoteKind.WORKING)
        self._planned(track)
        if self.rng.random() < 0.3:
            self._message(None)

    def _session(self, track: Track) -> None:
        who, missed = self.worker, self.rng.random() < 0.08
        session = Session(
            case=self.case, track=track, with_user_id=who.id, starts_at=self.later(20, 200), way=ContactWay.VISIT,
            state=SessionState.NO_SHOW if missed else SessionState.HELD, place=self.rng.choice(ROOMS), minutes=45,
        )  # fmt: skip
        self.rows[Session].append(session)
        kind = EntryKind.SESSION_MISSED if missed else EntryKind.SESSION_HELD
        self._write_down(session, kind)
        self.viewed(who, "workspace", "notes")
        if not missed:
            self._note(NoteKind.FILE)

    def _planned(self, track: Track) -> None:
        starts = self.world.at + dt.timedelta(hours=self.rng.randint(2, 300))
        session = Session(
            case=self.case, track=track, with_user_id=self.worker.id, starts_at=starts, place=self.rng.choice(ROOMS)
        )
        self.rows[Session].append(session)
        self._write_down(session, EntryKind.SESSION_PLANNED)
        self.noticed("client.news", path="/volgen/", occasion=f"session{session.pk}")

    def _write_down(self, session: Session, kind: EntryKind) -> None:
        facts: dict[str, Any] = {
            "session": str(session.pk), "starts_at": session.starts_at.isoformat(), "minutes": session.minutes,
            "way": str(session.way), "with_user": session.with_user_id,
        }  # fmt: skip
        self.told(kind, self.worker, client=True, **facts)
        self.audited(f"session.{kind}", self.worker, obj=session, part=str(session.state))

    def _note(self, kind: NoteKind) -> None:
        who = self.worker
        note = Note(case=self.case, author_id=who.id, kind=kind, created_at=self.later(0.1, 1), changed_at=self.clock)
        note.body = self.note_words()
        self.rows[Note].append(note)
        if kind == NoteKind.FILE:
            self.told(EntryKind.NOTE, who, note=str(note.pk))
        self.audited("note.written", who, obj=note, part=kind)

    def _message(self, sender: Worker | None) -> None:
        """From the client when there is no sender; an old one of theirs has been read and answered."""
        message = Message(
            case=self.case,
            submission_id=uuid.uuid4(),
            sender_id=sender.id if sender else None,
            sent_at=self.later(1, 30),
        )
        message.thread_at = message.sent_at
        message.body = text(self.rng, MESSAGES, 1, 4)
        if sender is None:
            message.answer_by = self.clock + dt.timedelta(days=1)
            if self.world.at - self.clock > dt.timedelta(days=1):
                message.read_at = message.answered_at = self.clock + dt.timedelta(hours=3)
            self.noticed("case.message", self.worker, path=f"/zaken/{self.case.reference}/", occasion=message.pk)
        self.rows[Message].append(message)
        self.told(EntryKind.MESSAGE, sender, client=True)

    # -- the end -------------------------------------------------------------------------------------

    def _close(self, who: Worker, outcome: CaseOutcome, track: Track | None = None) -> None:
        closed_at = self.later(2, 48)
        self.case.outcome_note = self.note_words()
        if self.case.overlay != Overlay.NONE and self.case.first_contact_at is None:
            self.case.first_contact_at = closed_at
        self.move(
            CaseState.CLOSED, who, "case.closed",
            outcome=outcome, closed_at=closed_at, next_action_at=None, waiting_until=None,
        )  # fmt: skip
        self.told(EntryKind.CLOSED, who, client=True, outcome=str(outcome))
        if track is not None:
            track.ended_at = closed_at
        self.end_access(closed_at + ACCESS_AFTER_CLOSING)
        self.noticed("client.news", path="/volgen/", occasion="closed")
