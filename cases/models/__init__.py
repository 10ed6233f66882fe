from cases.models.access import CaseAccess
from cases.models.alerts import Alert, AlertStep, PagingPolicy
from cases.models.appointments import Session, Track
from cases.models.blocks import KeepOut
from cases.models.breaches import BreachStep, ConfidentialityBreach
from cases.models.callbacks import CallBack, CallBackHour, PhoneEvent
from cases.models.case import Case
from cases.models.complaints import Complaint, ComplaintHandler, ComplaintLine, ComplaintTerm
from cases.models.confidentiality import Explained, LimitsText
from cases.models.debriefing import GroupTalk
from cases.models.documents import Document, DocumentPart, DocumentVersion
from cases.models.drafts import Draft
from cases.models.ending import AfterCare, Ending, Evaluation, EvaluationAnswer, Merge
from cases.models.family import Invitation
from cases.models.following import NewPhrase
from cases.models.incidents import Incident, IncidentListItem, IncidentStep
from cases.models.intake import CommanderAdvice, Entered, Intake
from cases.models.keywords import Keyword
from cases.models.links import SamePerson
from cases.models.mediation import Mediation, MediationNote, MediationTalk, Party
from cases.models.outlines import Outline
from cases.models.people import ContactPreference, FirstContact, Person
from cases.models.plan import AgreedAction, Analysis, GoalMark, Plan
from cases.models.presence import Presence
from cases.models.reporting import ReportingCodeCase, ReportingMember, ReportingStep
from cases.models.summaries import SummaryRead, SummaryVersion
from cases.models.surge import Surge
from cases.models.tags import CaseTag, Tag
from cases.models.tasks import CaseTask
from cases.models.timeline import ContactAttempt, Message, Note, TimelineEntry
from cases.models.topics import Topic, TopicTile
from cases.models.whom import SomeoneElse
from cases.models.writing import NoteDraft, NoteTemplate

__all__ = [
    "AgreedAction",
    "AfterCare",
    "Alert",
    "AlertStep",
    "Analysis",
    "BreachStep",
    "CallBack",
    "CallBackHour",
    "Case",
    "CaseAccess",
    "CaseTask",
    "CaseTag",
    "CommanderAdvice",
    "Complaint",
    "ComplaintHandler",
    "ComplaintLine",
    "ComplaintTerm",
    "ConfidentialityBreach",
    "ContactAttempt",
    "ContactPreference",
    "Document",
    "DocumentPart",
    "DocumentVersion",
    "Draft",
    "Ending",
    "Entered",
    "Explained",
    "Evaluation",
    "EvaluationAnswer",
    "FirstContact",
    "GroupTalk",
    "GoalMark",
    "Incident",
    "IncidentListItem",
    "IncidentStep",
    "Intake",
    "Invitation",
    "KeepOut",
    "Keyword",
    "Mediation",
    "MediationNote",
    "MediationTalk",
    "LimitsText",
    "Merge",
    "Message",
    "NewPhrase",
    "Note",
    "Outline",
    "NoteDraft",
    "NoteTemplate",
    "PagingPolicy",
    "Party",
    "Person",
    "PhoneEvent",
    "Plan",
    "ReportingCodeCase",
    "ReportingMember",
    "ReportingStep",
    "Presence",
    "SamePerson",
    "Session",
    "SomeoneElse",
    "SummaryRead",
    "SummaryVersion",
    "Surge",
    "Tag",
    "TimelineEntry",
    "Topic",
    "TopicTile",
    "Track",
]
