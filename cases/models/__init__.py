from cases.models.access import CaseAccess
from cases.models.alerts import Alert, AlertStep, PagingPolicy
from cases.models.appointments import Session, Track
from cases.models.blocks import KeepOut
from cases.models.case import Case
from cases.models.family import Invitation
from cases.models.following import NewPhrase
from cases.models.intake import CommanderAdvice, Intake
from cases.models.people import ContactPreference, FirstContact, Person
from cases.models.timeline import ContactAttempt, Message, Note, TimelineEntry
from cases.models.topics import Topic, TopicTile

__all__ = [
    "Alert",
    "AlertStep",
    "Case",
    "CaseAccess",
    "CommanderAdvice",
    "ContactAttempt",
    "ContactPreference",
    "FirstContact",
    "Intake",
    "Invitation",
    "KeepOut",
    "Message",
    "NewPhrase",
    "Note",
    "PagingPolicy",
    "Person",
    "Session",
    "TimelineEntry",
    "Topic",
    "TopicTile",
    "Track",
]
