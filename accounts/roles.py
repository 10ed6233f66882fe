"""Who may do what, as code a manager can read (R25, SECURITY adopted 3-4).

A permission on a case counts only together with a live access row on that case; the permissions of the
organisation count everywhere. Commanders, managers and administrators have no permission on cases at all.
"""

from accounts.enums import Role

CASE_VIEW = "case.view"  # open the file
CASE_TRIAGE = "case.triage"  # decide about a new request
CASE_WORK = "case.work"  # notes, sessions, closing
CASE_CONTACT = "case.contact"  # messages, contact attempts
CASE_REFER = "case.refer"  # hand a case on
REFERRAL_ANSWER = "referral.answer"  # accept or return
DASHBOARD_VIEW = "dashboard.view"
BOARD_VIEW = "board.view"
ORGANISATION_EDIT = "organisation.edit"  # hours, lines, rosters, teams, coverage
ROUTING_EDIT = "routing.edit"
AUDIT_VIEW = "audit.view"
FACTOR_RESET = "factor.reset"  # reset a lost second factor, together with another one

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.DESK_WORKER: frozenset({CASE_VIEW, CASE_TRIAGE, CASE_WORK, CASE_CONTACT, CASE_REFER, DASHBOARD_VIEW}),
    Role.REGIONAL_WORKER: frozenset({CASE_VIEW, CASE_WORK, CASE_CONTACT, CASE_REFER, REFERRAL_ANSWER, BOARD_VIEW}),
    Role.SPECIALIST: frozenset({CASE_VIEW, CASE_WORK, CASE_CONTACT, REFERRAL_ANSWER, BOARD_VIEW}),
    Role.COORDINATOR: frozenset(
        {CASE_VIEW, CASE_TRIAGE, CASE_WORK, CASE_CONTACT, CASE_REFER, DASHBOARD_VIEW, ORGANISATION_EDIT, ROUTING_EDIT}
    ),
    Role.PRIVACY_OFFICER: frozenset({AUDIT_VIEW}),
    Role.ADMINISTRATOR: frozenset({ORGANISATION_EDIT, FACTOR_RESET}),
}


def permissions_of(roles: set[str]) -> frozenset[str]:
    """Everything the given role codes may do together; unknown codes give nothing."""
    return frozenset().union(*(PERMISSIONS.get(role, frozenset()) for role in roles))
