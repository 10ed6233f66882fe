from cases.models.access import CaseAccess
from cases.models.alerts import Alert, AlertStep, PagingPolicy
from cases.models.appointments import Session, Track
from cases.models.blocks import KeepOut
from cases.models.breaches import BreachStep, ConfidentialityBreach
from cases.models.callbacks import CallBack, CallBackHour, PhoneEvent
from cases.models.case import Case
from cases.models.complaints import Complaint, ComplaintHandler, ComplaintLine, ComplaintTerm
from cases.models.drafts import Draft
from cases.models.family import Invitation
from cases.models.following import NewPhrase
from cases.models.incidents import Incident, IncidentListItem, IncidentStep
from cases.models.intake import CommanderAdvice, Entered, Intake
from cases.models.keywords import Keyword
from cases.models.links import SamePerson
from cases.models.people import ContactPreference, FirstContact, Person
from cases.models.reporting import ReportingCodeCase, ReportingMember, ReportingStep
from cases.models.surge import Surge
from cases.models.timeline import ContactAttempt, Message, Note, TimelineEntry
from cases.models.topics import Topic, TopicTile

__all__ = [
    "Alert",
    "AlertStep",
    "BreachStep",
    "CallBack",
    "CallBackHour",
    "Case",
    "CaseAccess",
    "CommanderAdvice",
    "Complaint",
    "ComplaintHandler",
    "ComplaintLine",
    "ComplaintTerm",
    "ConfidentialityBreach",
    "ContactAttempt",
    "ContactPreference",
    "Draft",
    "Entered",
    "FirstContact",
    "Incident",
    "IncidentListItem",
    "IncidentStep",
    "Intake",
    "Invitation",
    "KeepOut",
    "Keyword",
    "Message",
    "NewPhrase",
    "Note",
    "PagingPolicy",
    "Person",
    "PhoneEvent",
    "ReportingCodeCase",
    "ReportingMember",
    "ReportingStep",
    "SamePerson",
    "Session",
    "Surge",
    "TimelineEntry",
    "Topic",
    "TopicTile",
    "Track",
]
