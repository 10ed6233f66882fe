"""Who may do what, as code a manager can read (R25, SECURITY adopted 3-4). The page "who may do what" shows this file.

A permission on a case counts only together with a live access row on that case; the permissions of the
organisation count everywhere. Commanders, managers and administrators have no permission on cases at all.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role

CASE_VIEW = "case.view"
CASE_TRIAGE = "case.triage"
CASE_WORK = "case.work"
CASE_CONTACT = "case.contact"
CASE_REFER = "case.refer"
CONSENT_OVERRIDE = "consent.override"
CALL_BACK_ALLOW = "call_back.allow"
HAND_OVER_DECIDE = "hand_over.decide"
REFERRAL_ANSWER = "referral.answer"
REFERRAL_ANSWER_FOR = "referral.answer_for"
DASHBOARD_VIEW = "dashboard.view"
BOARD_VIEW = "board.view"
ORGANISATION_EDIT = "organisation.edit"
ROUTING_EDIT = "routing.edit"
PEOPLE_EDIT = "people.edit"
PEOPLE_APPOINT = "people.appoint"
FACTOR_RESET = "factor.reset"
EVALUATION_VIEW = "evaluation.view"
DIRECTORY_VIEW = "directory.view"
DIRECTORY_EDIT = "directory.edit"
DIRECTORY_ALL = "directory.all"
AUDIT_VIEW = "audit.view"
ABSENCE_OWN = "absence.own"
GUARDED_VIEW = "guarded.view"
GUARDED_KEEP = "guarded.keep"
COMPLAINT_HANDLE = "complaint.handle"
SIGNAL_VIEW = "signal.view"
SIGNAL_ANSWER = "signal.answer"
ROLES_VIEW = "roles.view"
OWN_CASE = "case.own"

WORDS: dict[str, Any] = {
    OWN_CASE: _("Follow your own case and answer in it"),
    CASE_VIEW: _("Open the file of a case"),
    CASE_TRIAGE: _("Decide about a new request"),
    CASE_WORK: _("Keep notes, plan conversations, close a case"),
    CASE_CONTACT: _("Send messages and note attempts to reach someone"),
    CASE_REFER: _("Pass a case on"),
    CONSENT_OVERRIDE: _("Pass a case on without the client's yes, with a reason that the privacy officer reads"),
    CALL_BACK_ALLOW: _("Allow another attempt after three to reach someone by phone"),
    HAND_OVER_DECIDE: _("Decide about a second hand-over, and read what both sides think of hand-overs"),
    REFERRAL_ANSWER: _("Accept or return a case that is offered"),
    REFERRAL_ANSWER_FOR: _("Answer for the workers of their own team when a case is offered to them"),
    DASHBOARD_VIEW: _("See the dashboard of the desk"),
    BOARD_VIEW: _("See the take-over board"),
    ABSENCE_OWN: _("Enter your own absence and who stands in"),
    ORGANISATION_EDIT: _("Change hours, numbers, units, teams and the roster"),
    ROUTING_EDIT: _("Change the routing rules"),
    PEOPLE_EDIT: _("Invite people, end their roles, enter their absence"),
    PEOPLE_APPOINT: _("Appoint administrators and privacy officers"),
    FACTOR_RESET: _("Reset a lost second factor, together with another administrator"),
    AUDIT_VIEW: _("See who looked at what"),
    EVALUATION_VIEW: _("Read what clients think of the help, ten or more together"),
    GUARDED_VIEW: _("See what is guarded, as far as you are named for it"),
    GUARDED_KEEP: _("Sign for broken confidentiality, see serious incidents, say who is in a small circle"),
    COMPLAINT_HANDLE: _("Handle a complaint about a colleague, when named for it"),
    DIRECTORY_VIEW: _("Look up outside help, with what colleagues should know"),
    DIRECTORY_EDIT: _("Keep entries of outside help that are their own"),
    DIRECTORY_ALL: _("Keep every entry of outside help"),
    SIGNAL_VIEW: _("Tell the prevention officer what they notice at a unit, and read what became of it"),
    SIGNAL_ANSWER: _("Read every signal about a unit, and say what becomes of it"),
    ROLES_VIEW: _("Read this page"),
}
"""What each permission means, in the order of the page."""

ABOUT_CASES = (
    OWN_CASE, CASE_VIEW, CASE_TRIAGE, CASE_WORK, CASE_CONTACT, CASE_REFER, CONSENT_OVERRIDE, REFERRAL_ANSWER,
    REFERRAL_ANSWER_FOR, DASHBOARD_VIEW, BOARD_VIEW,
)  # fmt: skip
"""The permissions through which something of a case can be seen. Three roles never have one (decision 9)."""

_STAFF = frozenset({ROLES_VIEW})
_HELPER = _STAFF | {
    CASE_VIEW, CASE_WORK, CASE_CONTACT, REFERRAL_ANSWER, BOARD_VIEW, ABSENCE_OWN, GUARDED_VIEW, DIRECTORY_VIEW,
    SIGNAL_VIEW,
}  # fmt: skip


@dataclass(frozen=True)
class Duties:
    """One role: its code, its name, what it is for in plain words, and what it may do.

    ``group`` puts like roles together on the page. Client and family are no memberships: they come with a case.
    """

    code: str
    title: Any
    about: Any
    permissions: frozenset[str]
    group: str = "staff"

    def may(self, permission: str) -> bool:
        return permission in self.permissions


def _role(role: Role, about: Any, permissions: frozenset[str], group: str = "staff") -> Duties:
    return Duties(role.value, role.label, about, permissions, group)


ROLES: tuple[Duties, ...] = (
    Duties(
        "client", _("Client"),
        _("Asks for help. Sees the own case, who can see it and who has looked."), frozenset({OWN_CASE}), "client",
    ),
    Duties(
        "family", _("Family"),
        _("Sees only what the client shares, until the client stops it. Has an own case for an own question."),
        frozenset(), "client",
    ),
    _role(
        Role.DESK_WORKER,
        _("Handles new requests at the desk or on the after-hours line, there only while on shift."),
        _STAFF | {
            CASE_VIEW, CASE_TRIAGE, CASE_WORK, CASE_CONTACT, CASE_REFER, DASHBOARD_VIEW, ABSENCE_OWN, GUARDED_VIEW,
            DIRECTORY_VIEW, SIGNAL_VIEW,
        }, "desk",
    ),
    _role(
        Role.COORDINATOR,
        _("Works at the desk, keeps teams, roster and rules, and handles people and their absence."),
        _STAFF | {
            CASE_VIEW, CASE_TRIAGE, CASE_WORK, CASE_CONTACT, CASE_REFER, CONSENT_OVERRIDE, DASHBOARD_VIEW,
            ORGANISATION_EDIT, ROUTING_EDIT, PEOPLE_EDIT, ABSENCE_OWN, CALL_BACK_ALLOW, HAND_OVER_DECIDE,
            REFERRAL_ANSWER_FOR, EVALUATION_VIEW, DIRECTORY_VIEW, DIRECTORY_EDIT, DIRECTORY_ALL,
            GUARDED_VIEW, GUARDED_KEEP, COMPLAINT_HANDLE, SIGNAL_VIEW,
        }, "desk",
    ),
    _role(
        Role.REGIONAL_WORKER,
        _("The social worker of a unit. Sees a case after accepting it, or while standing in for a colleague."),
        _HELPER | {CASE_REFER, DIRECTORY_EDIT}, "helpers",
    ),
    _role(Role.SPECIALIST, _("Helps in a special field. Sees a case only after accepting it."), _HELPER, "helpers"),
    _role(
        Role.SMT_DOCTOR, _("Doctor for a unit on a mission. Sees a case only after accepting it."), _HELPER, "helpers"
    ),
    _role(
        Role.SMT_SOCIAL_WORKER, _("Social worker for a unit on a mission. Sees a case only after accepting it."),
        _HELPER, "helpers",
    ),
    _role(
        Role.SMT_HR_OFFICER, _("Arranges staff matters for a unit on a mission. Sees a case only after accepting it."),
        _HELPER, "helpers",
    ),
    _role(
        Role.BIU_WORKER, _("Helps people on small and individual deployments. Sees a case only after accepting it."),
        _HELPER, "helpers",
    ),
    _role(
        Role.COACH, _("Coaches, often after short-term help. Sees a case only after accepting it."), _HELPER, "helpers"
    ),
    _role(
        Role.COMPANY_DOCTOR, _("Advises about work and illness. Sees a case only after accepting it."),
        _HELPER, "helpers",
    ),
    _role(
        Role.REINTEGRATION, _("Helps people back to work. Sees a case only after accepting it."), _HELPER, "helpers"
    ),
    _role(
        Role.CHAPLAIN, _("Is there for anyone who calls. No file travels to a chaplain, so there is none to see."),
        _STAFF | {ABSENCE_OWN, DIRECTORY_VIEW}, "helpers",
    ),
    _role(
        Role.PREVENTION_OFFICER,
        _("Works on what makes people ill at work. Hears signals about units, never about a person. Sees no case."),
        _STAFF | {SIGNAL_VIEW, SIGNAL_ANSWER}, "around",
    ),
    _role(
        Role.CLIENT_TEAM_MEMBER, _("Talks about trends and advice, never about a person. Sees no case."),
        _STAFF, "around",
    ),
    _role(Role.COMMANDER, _("Can ask for advice. Never sees a case, or that there is one."), _STAFF, "around"),
    _role(
        Role.PRIVACY_OFFICER, _("Checks who looked at what. Opens no case."),
        _STAFF | {AUDIT_VIEW, GUARDED_VIEW, COMPLAINT_HANDLE}, "around",
    ),
    _role(
        Role.ADMINISTRATOR, _("Keeps the organisation and its people. Never sees a case."),
        _STAFF | {ORGANISATION_EDIT, PEOPLE_EDIT, PEOPLE_APPOINT, FACTOR_RESET}, "around",
    ),
)  # fmt: skip

GROUPS: dict[str, Any] = {
    "client": _("Who asks for help"),
    "desk": _("The desk"),
    "helpers": _("Who helps"),
    "around": _("Around it, without cases"),
}

PERMISSIONS: dict[str, frozenset[str]] = {
    duties.code: duties.permissions for duties in ROLES if duties.code in Role.values
}
"""What a membership in a role gives."""

RESERVED = frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER})
"""Roles that only someone with PEOPLE_APPOINT gives or takes."""


def permissions_of(roles: set[str]) -> frozenset[str]:
    """Everything the given role codes may do together; unknown codes give nothing."""
    return frozenset().union(*(PERMISSIONS.get(role, frozenset()) for role in roles))
