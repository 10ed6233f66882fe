from cases.models.access import CaseAccess
from cases.models.alerts import Alert, AlertStep, PagingPolicy
from cases.models.appointments import Session, Track
from cases.models.blocks import KeepOut
from cases.models.callbacks import CallBack, CallBackHour, PhoneEvent
from cases.models.case import Case
from cases.models.drafts import Draft
from cases.models.family import Invitation
from cases.models.following import NewPhrase
from cases.models.intake import CommanderAdvice, Entered, Intake
from cases.models.keywords import Keyword
from cases.models.links import SamePerson
from cases.models.people import ContactPreference, FirstContact, Person
from cases.models.surge import Surge
from cases.models.tags import CaseTag, Tag
from cases.models.timeline import ContactAttempt, Message, Note, TimelineEntry
from cases.models.topics import Topic, TopicTile

__all__ = [
    "Alert",
    "AlertStep",
    "CallBack",
    "CallBackHour",
    "Case",
    "CaseAccess",
    "CaseTag",
    "CommanderAdvice",
    "ContactAttempt",
    "ContactPreference",
    "Draft",
    "Entered",
    "FirstContact",
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
    "SamePerson",
    "Session",
    "Surge",
    "Tag",
    "TimelineEntry",
    "Topic",
    "TopicTile",
    "Track",
]
