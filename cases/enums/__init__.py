"""States, urgencies and codes of a case, and which move may follow which."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Urgency(models.TextChoices):
    """Triage may move it up or down with a reason; the machine only raises it (decision 10)."""

    EMERGENCY = "emergency", _("Emergency")
    URGENT = "urgent", _("Urgent")
    SOON = "soon", _("Soon")
    ROUTINE = "routine", _("Routine")

    @property
    def rank(self) -> int:
        """0 is the most urgent; stored beside the code so that lists sort by an index."""
        return list(Urgency).index(self)


class CaseState(models.TextChoices):
    SUBMITTED = "submitted", _("New")
    IN_TRIAGE = "in_triage", _("At the desk")
    WAITING_CLIENT = "waiting_client", _("Waiting for the client")
    REFERRED = "referred", _("Waiting for acceptance")
    ACCEPTED = "accepted", _("Accepted")
    ACTIVE = "active", _("Sessions")
    CLOSED = "closed", _("Closed")


NEXT: dict[str, frozenset[str]] = {
    CaseState.SUBMITTED: frozenset({CaseState.IN_TRIAGE, CaseState.CLOSED}),
    CaseState.IN_TRIAGE: frozenset(
        {CaseState.SUBMITTED, CaseState.WAITING_CLIENT, CaseState.REFERRED, CaseState.CLOSED}
    ),
    CaseState.WAITING_CLIENT: frozenset({CaseState.IN_TRIAGE, CaseState.CLOSED}),
    CaseState.REFERRED: frozenset({CaseState.IN_TRIAGE, CaseState.ACCEPTED, CaseState.CLOSED}),
    CaseState.ACCEPTED: frozenset({CaseState.ACTIVE, CaseState.IN_TRIAGE, CaseState.CLOSED}),
    CaseState.ACTIVE: frozenset({CaseState.ACCEPTED, CaseState.IN_TRIAGE, CaseState.CLOSED}),
    CaseState.CLOSED: frozenset(),
}
"""Allowed moves. SUBMITTED again means: given back to the queue."""

AT_DESK = (CaseState.SUBMITTED, CaseState.IN_TRIAGE, CaseState.WAITING_CLIENT, CaseState.REFERRED)
"""The desk is responsible until a receiver has accepted (decision 7)."""

WITH_WORKER = (CaseState.ACCEPTED, CaseState.ACTIVE)
OPEN = AT_DESK + WITH_WORKER


class ClientStep(models.IntegerChoices):
    """The five steps a client sees; words, never colours alone (UX 1.4)."""

    RECEIVED = 1, _("Received")
    LOOKING = 2, _("We are looking at it")
    PASSED_ON = 3, _("Passed on")
    APPOINTMENT = 4, _("Appointment planned")
    DONE = 5, _("Finished")


CLIENT_STEP: dict[str, ClientStep] = {
    CaseState.SUBMITTED: ClientStep.RECEIVED,
    CaseState.IN_TRIAGE: ClientStep.LOOKING,
    CaseState.WAITING_CLIENT: ClientStep.LOOKING,
    CaseState.REFERRED: ClientStep.LOOKING,
    CaseState.ACCEPTED: ClientStep.PASSED_ON,
    CaseState.ACTIVE: ClientStep.APPOINTMENT,
    CaseState.CLOSED: ClientStep.DONE,
}


class CaseOutcome(models.TextChoices):
    SOLVED_AT_DESK = "solved_at_desk", _("Solved at the desk")
    HELPED = "helped", _("Help completed")
    REFERRED_ON = "referred_on", _("Went on to other help")
    CHAPLAIN = "chaplain", _("Chose a chaplain")
    NOT_REACHED = "not_reached", _("Could not be reached")
    NO_REQUEST = "no_request", _("No request after all")
    WITHDRAWN = "withdrawn", _("Withdrawn by the client")
    STOPPED = "stopped", _("Client stopped")
    MERGED = "merged", _("Put together with another request")


DESK_OUTCOMES = (CaseOutcome.SOLVED_AT_DESK, CaseOutcome.CHAPLAIN, CaseOutcome.NOT_REACHED, CaseOutcome.NO_REQUEST)
WORKER_OUTCOMES = (CaseOutcome.HELPED, CaseOutcome.REFERRED_ON, CaseOutcome.STOPPED, CaseOutcome.NOT_REACHED)


class Danger(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    PREFER_NOT_TO_SAY = "prefer_not_to_say", _("I would rather not say")


class Requester(models.TextChoices):
    """Who asks, in relation to the client."""

    SELF = "self", _("For myself")
    MY_FAMILY = "my_family", _("For someone in my family")
    FAMILY_OF_COLLEAGUE = "family_of_colleague", _("I am family of someone who works here")
    TEAM_ADVICE = "team_advice", _("For my team or unit: I want advice")
    TEAM_HELP = "team_help", _("For my team or unit: we need help now")


class Situation(models.TextChoices):
    AT_HOME = "at_home", _("I work in the Netherlands")
    UNIT_MISSION = "unit_mission", _("I am on a mission with my unit")
    SMALL_DEPLOYMENT = "small_deployment", _("I am on a small or individual deployment")
    RELATIVE_AWAY = "relative_away", _("My partner or relative is on a mission")
    JUST_BACK = "just_back", _("I am just back from a mission")
    OTHER = "other", _("Something else")


class Wish(models.TextChoices):
    """With whom the client wants to talk (R4, R5)."""

    NONE = "none", _("No preference")
    DUTY_WORKER = "duty_worker", _("The worker on duty")
    OWN_WORKER = "own_worker", _("My own social worker in the region")
    CHAPLAIN = "chaplain", _("A chaplain")


class IntakeChannel(models.TextChoices):
    WEB = "web", _("Website")
    PHONE = "phone", _("Phone")
    VISIT = "visit", _("Visit")
    LETTER = "letter", _("Letter")
    EMAIL = "email", _("E-mail")


class OnBehalf(models.TextChoices):
    """Who called, came or wrote, when the desk enters a request."""

    SELF = "self", _("The person who asks for help")
    RELATIVE = "relative", _("A relative")
    COLLEAGUE = "colleague", _("A colleague")


class Overlay(models.TextChoices):
    """Sits on top of routing: raises urgency and alerts, never changes the route (decision 3)."""

    NONE = "NONE", _("None")
    EMERGENCY = "EMERGENCY", _("Emergency")


class AccessReason(models.TextChoices):
    """Why someone may see a case; shown to the client in plain words."""

    CLIENT = "client", _("It is your own case")
    DESK = "desk", _("The support desk handles your request")
    NIGHT = "night", _("The after-hours line, while on duty")
    REFERRAL = "referral", _("Accepted your case")
    DEPUTY = "deputy", _("Stands in for your worker")
    COORDINATOR = "coordinator", _("Coordinates the work")
    AFTER_CARE = "after_care", _("Calls once after the help has ended")
    FAMILY = "family", _("Let in by the client")
    BLOCKED = "blocked", _("May never see this case")


class AccessScope(models.TextChoices):
    FULL = "full", _("The whole file")
    CONTACT = "contact", _("Status and contact details only")
    CLIENT = "client", _("What the client may see")
    NAMED = "named", _("Only being named as contact person")
    DATES = "dates", _("Appointments")
    MESSAGES = "messages", _("Appointments and messages")
    JOINT = "joint", _("One conversation together")


FAMILY_SCOPES = (AccessScope.NAMED, AccessScope.DATES, AccessScope.MESSAGES, AccessScope.JOINT)
"""What a client may let someone else see, the least first."""


class InvitationState(models.TextChoices):
    """By the clock; never shown to anyone but the client and who helps."""

    OPEN = "open", _("Not answered yet")
    ACCEPTED = "accepted", _("Said yes")
    DECLINED = "declined", _("Said no")
    LEFT = "left", _("Stopped by themselves")
    WITHDRAWN = "withdrawn", _("Withdrawn by you")
    OVER = "over", _("Over")


KEEPS_OUT = (AccessReason.BLOCKED, AccessReason.CLIENT, AccessReason.FAMILY)
"""Who has such a row never sees the case at work: it is their own, a relative's, or they may not (SECURITY 2.2)."""


class NoteKind(models.TextChoices):
    FILE = "file", _("File note")
    WORKING = "working", _("Own working note")


class EntryKind(models.TextChoices):
    """What a line of the timeline tells. Its words are made when it is shown; see cases/telling."""

    RECEIVED = "received", _("Request received")
    TAKEN = "taken", _("Taken by a worker")
    GIVEN_BACK = "given_back", _("Given back to the queue")
    TRIAGED = "triaged", _("Assessed")
    CONTACT_ATTEMPT = "contact_attempt", _("Contact attempt")
    MORE_ASKED = "more_asked", _("More information asked")
    ADDED = "added", _("Client added to the story")
    CONTACT_CHANGED = "contact_changed", _("Contact wishes changed")
    CONSENT_ASKED = "consent_asked", _("Summary sent for approval")
    CONSENT_GIVEN = "consent_given", _("Summary approved")
    CONSENT_REFUSED = "consent_refused", _("Summary not approved")
    REFERRED = "referred", _("Offered to a worker")
    ACCEPTED = "accepted", _("Accepted")
    RETURNED = "returned", _("Returned to the desk")
    EXPIRED = "expired", _("Nobody answered in time: back to the desk")
    SESSION_PLANNED = "session_planned", _("Conversation planned")
    SESSION_HELD = "session_held", _("Conversation held")
    SESSION_MISSED = "session_missed", _("Conversation did not take place")
    SESSION_CANCELLED = "session_cancelled", _("Conversation cancelled")
    OUTSIDE_TRACK = "outside_track", _("Contact outside the track")
    NOTE = "note", _("Note")
    MESSAGE = "message", _("Message")
    ALERT_RAISED = "alert_raised", _("Person on duty alerted")
    ALERT_SENT = "alert_sent", _("Alert sent")
    ALERT_SKIPPED = "alert_skipped", _("Nobody on the roster at this step")
    ALERT_ACKNOWLEDGED = "alert_acknowledged", _("Alert picked up")
    URGENCY_CHANGED = "urgency_changed", _("Urgency changed")
    TRACK_STARTED = "track_started", _("Help started")
    TRACK_ENDED = "track_ended", _("Help ended")
    OUTLINE = "outline", _("Outline for the employer")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn by the client")
    CLAIMED = "claimed", _("Kept in an account by the client")
    FAMILY_INVITED = "family_invited", _("Client invited someone")
    FAMILY_ACCEPTED = "family_accepted", _("Someone invited by the client said yes")
    FAMILY_CHANGED = "family_changed", _("Client changed what someone may see")
    FIRST_CONTACT = "first_contact", _("First contact person changed")
    KEEP_OUT = "keep_out", _("Someone may never see this case")
    LINKED = "linked", _("Linked with another request of the same person")
    UNLINKED = "unlinked", _("No longer linked with another request")
    FAMILY_ENDED = "family_ended", _("Access of someone invited by the client ended")
    CALL_BACK = "call_back", _("Call-back")
    MEDIATION = "mediation", _("Talk with a neutral leader")
    GROUP_TALK = "group_talk", _("Talk with the group")
    EXPLAINED = "explained", _("Confidentiality explained")
    ANALYSIS = "analysis", _("Problem analysis written")
    PLAN = "plan", _("Plan written")
    PLAN_AGREED = "plan_agreed", _("Client agreed to the plan")
    GOAL_MARKS = "goal_marks", _("Marks for the goals given")
    AGREED_ACTION = "agreed_action", _("Agreed what somebody does")
    SUMMARY_CHANGED = "summary_changed", _("Client changed the summary")
    SUMMARY_READ = "summary_read", _("Summary read")
    REOPENED = "reopened", _("Opened again")
    AFTER_CARE = "after_care", _("After-care call")
    MERGED = "merged", _("Put together with another request")
    UNMERGED = "unmerged", _("Taken apart again")
    SPLIT = "split", _("Another problem got a request of its own")
    TASK = "task", _("Task")
    DOCUMENT = "document", _("Document")
    BREACH = "breach", _("Breaking confidentiality")
    INCIDENT = "incident", _("Serious incident")
    HAND_OVER = "hand_over", _("Hand-over")


class ContactWay(models.TextChoices):
    PHONE = "phone", _("Phone call")
    TEXT = "text", _("Text message")
    EMAIL = "email", _("E-mail")
    PORTAL = "portal", _("Message in the portal")
    VIDEO = "video", _("Video call")
    VISIT = "visit", _("Visit")


class AttemptOutcome(models.TextChoices):
    SPOKEN = "spoken", _("We spoke")
    NO_ANSWER = "no_answer", _("No answer")
    VOICEMAIL = "voicemail", _("Left a message")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    CALL_LATER = "call_later", _("Asked us to call later")


class CallBackState(models.TextChoices):
    CALL = "call", _("To be called")
    OTHER_WAY = "other_way", _("To be reached by another way")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


CALL_BACK_OPEN = (CallBackState.CALL, CallBackState.OTHER_WAY)


class CallBackSource(models.TextChoices):
    """Where the wish to be called comes from."""

    CHOSEN = "chosen", _("Chose a time")
    AGREED = "agreed", _("Agreed with a worker")
    UNREACHED = "unreached", _("Not reached yet")
    MISSED_CALL = "missed_call", _("Missed call")
    VOICEMAIL = "voicemail", _("Voice message")


FROM_TELEPHONE = (CallBackSource.MISSED_CALL, CallBackSource.VOICEMAIL)


class SessionState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    NO_SHOW = "no_show", _("Client did not come")
    CANCELLED = "cancelled", _("Cancelled")


class AdviceState(models.TextChoices):
    OPEN = "open", _("New")
    TAKEN = "taken", _("Taken")
    PASSED_ON = "passed_on", _("With the unit's own social worker")
    DONE = "done", _("Advice given")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Language(models.TextChoices):
    """The languages of the site."""

    DUTCH = "nl", _("Dutch")
    ENGLISH = "en", _("English")


class RaisesTo(models.TextChoices):
    """What a word in a story can raise a request to: only the two that alert somebody."""

    URGENT = Urgency.URGENT.value, Urgency.URGENT.label
    EMERGENCY = Urgency.EMERGENCY.value, Urgency.EMERGENCY.label


class ByHand(models.TextChoices):
    """What a coordinator decides about a surge, against the figures."""

    ON = "on", _("On")
    OFF = "off", _("Off")
