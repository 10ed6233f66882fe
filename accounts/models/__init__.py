from accounts.models.audit import AuditEvent
from accounts.models.duty import Closure, Helpline, OpeningHours, PhoneLine, Shift
from accounts.models.kept import KeptText
from accounts.models.keys import DataKey
from accounts.models.notices import Heartbeat, Notice
from accounts.models.organisation import Location, Region, ServiceBranch, Team, Unit
from accounts.models.users import Membership, User

__all__ = [
    "AuditEvent",
    "Closure",
    "DataKey",
    "Heartbeat",
    "Helpline",
    "KeptText",
    "Location",
    "Membership",
    "Notice",
    "OpeningHours",
    "PhoneLine",
    "Region",
    "ServiceBranch",
    "Shift",
    "Team",
    "Unit",
    "User",
]
