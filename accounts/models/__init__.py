from accounts.models.audit import AuditEvent
from accounts.models.devices import Device
from accounts.models.duty import Closure, Helpline, OpeningHours, PhoneLine, Shift
from accounts.models.entrance import FactorReset, Throttle, UsedCode
from accounts.models.kept import KeptText
from accounts.models.keys import DataKey
from accounts.models.notices import Heartbeat, Notice, NoticeHold
from accounts.models.organisation import Location, Region, ServiceBranch, Team, Unit
from accounts.models.people import Absence, NoticeChoice, Photo, StaffInvitation, Substitution
from accounts.models.registrations import Registration
from accounts.models.roster import PatternTurn, ShiftFeed, ShiftHandover, ShiftPattern, ShiftSwap
from accounts.models.users import Membership, User

__all__ = [
    "Absence",
    "AuditEvent",
    "Closure",
    "DataKey",
    "Device",
    "FactorReset",
    "Heartbeat",
    "Helpline",
    "KeptText",
    "Location",
    "Membership",
    "NoticeChoice",
    "NoticeHold",
    "Notice",
    "OpeningHours",
    "PhoneLine",
    "PatternTurn",
    "Photo",
    "Region",
    "Registration",
    "ServiceBranch",
    "Shift",
    "ShiftFeed",
    "ShiftHandover",
    "ShiftPattern",
    "ShiftSwap",
    "StaffInvitation",
    "Substitution",
    "Team",
    "Throttle",
    "Unit",
    "UsedCode",
    "User",
]
