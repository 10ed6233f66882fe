"""Every address of the site for the permission matrix: what fills the holes in its path."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from accounts.invitations import token_of
from accounts.models import FactorReset, Notice, ShiftPattern, ShiftSwap, StaffInvitation, Unit
from cases.enums import NoteKind
from cases.models import CallBack, Complaint, ConfidentialityBreach, Draft, Incident, Mediation, ReportingCodeCase
from cases.notices import path_of_draft
from desk.checks import every_pattern
from desk.demo import mail
from desk.lists.models import SavedView
from referrals.models import Capacity, Coverage, Signal, SmtRole, SmtSeat
from tests import matrix_directory, matrix_endings, matrix_letters, matrix_ways
from tests.matrix_words import FEED, HERS, STAGES, Matrix

Holes = Callable[[Matrix, str], list[Any]]


def _reference(matrix: Matrix, stage: str) -> list[Any]:
    return [matrix.cases[stage].reference]


def _person(matrix: Matrix, _stage: str) -> list[Any]:
    return [matrix.made.users["bram"].public_id]


def _role(matrix: Matrix, _stage: str) -> list[Any]:
    user = matrix.made.users["bram"]
    return [user.public_id, user.memberships.get().pk]


def _registration(matrix: Matrix, _stage: str) -> list[Any]:
    user = matrix.made.users["bram"]
    return [user.public_id, user.registrations.get().pk]


def _absence(matrix: Matrix, _stage: str) -> list[Any]:
    user = matrix.made.users["karin"]
    return [user.public_id, user.absences.get().pk]


def _way(matrix: Matrix, stage: str) -> list[Any]:
    found = matrix_ways.way(matrix, stage)
    return [found.pk if found else UUID(int=1)]


PER_CASE: dict[str, Holes] = {
    "case_note": lambda matrix, stage: [matrix.cases[stage].reference, matrix.note(stage)],
    "case_note_share": lambda matrix, stage: [matrix.cases[stage].reference, matrix.note(stage, NoteKind.WORKING)],
    "case_outline_back": lambda matrix, stage: [matrix.cases[stage].reference, matrix.outline(stage)],
    "case_task": lambda matrix, stage: [matrix.cases[stage].reference, matrix.task(stage)],
    "case_task_move": lambda matrix, stage: [matrix.cases[stage].reference, matrix.task(stage)],
    "case_session": lambda matrix, stage: [matrix.cases[stage].reference, matrix.conversation(stage)],
    "case_group_talk": lambda matrix, stage: [matrix.cases[stage].reference, matrix.group_talk(stage)],
    "case_merge": matrix_endings.other,
    "case_agreed": lambda matrix, stage: [matrix.cases[stage].reference, matrix.agreed(stage)],
    "my_plan_tick": lambda matrix, stage: [matrix.cases[stage].reference, matrix.agreed(stage)],
    "follow_plan_tick": lambda matrix, stage: [matrix.agreed(stage)],
    **dict.fromkeys(
        ("case_document", "case_document_share", "case_document_remove", "my_document"),
        lambda matrix, stage: [matrix.cases[stage].reference, matrix.document(stage)],
    ),
    **dict.fromkeys(
        ("case_document_file", "my_document_file"),
        lambda matrix, stage: [matrix.cases[stage].reference, matrix.document(stage), 1],
    ),
    **dict.fromkeys(
        ("case_document_page", "my_document_page"),
        lambda matrix, stage: [matrix.cases[stage].reference, matrix.document(stage), 2, 1],
    ),
    "follow_document": lambda matrix, stage: [matrix.document(stage)],
    "follow_document_file": lambda matrix, stage: [matrix.document(stage), 1],
    "follow_document_page": lambda matrix, stage: [matrix.document(stage), 2, 1],
    **dict.fromkeys(
        ("onward_letter", "onward_letter_pdf"),
        lambda matrix, stage: [matrix.cases[stage].reference, matrix_letters.letter_of(matrix, stage)],
    ),
    "my_guest": lambda matrix, stage: [matrix.cases[stage].reference, matrix.guests[stage]],
    "follow_guest": lambda matrix, stage: [matrix.guests[stage]],
    "family_page": lambda matrix, stage: [matrix.guests[stage]],
    **dict.fromkeys(("post_file", "post_file_keep"), lambda matrix, stage: [matrix.file(stage)]),
    "referral": lambda matrix, stage: [matrix.referral(stage)],
    "case_ask_no": lambda matrix, stage: [matrix.cases[stage].reference, matrix_ways.request(matrix, stage)],
    "case_yes_back": lambda matrix, stage: [matrix.cases[stage].reference, matrix.referral(stage)],
    "case_override": lambda matrix, stage: [matrix.cases[stage].reference, matrix.referral(stage)],
    "case_way_spoken": lambda matrix, stage: [matrix.cases[stage].reference, *_way(matrix, stage)],
    "case_way_end": lambda matrix, stage: [matrix.cases[stage].reference, *_way(matrix, stage)],
    "reading": lambda matrix, stage: _way(matrix, stage),
    "reading_stop": lambda matrix, stage: _way(matrix, stage),
    "reading_file": lambda matrix, stage: [*_way(matrix, stage), matrix_ways.file(matrix, stage)],
    "reading_page": lambda matrix, stage: [*_way(matrix, stage), matrix_ways.file(matrix, stage), 1],
    "referral_consent_file": lambda matrix, stage: [matrix.cases[stage].reference, matrix_ways.file(matrix, stage)],
    "follow_consent_file": lambda matrix, stage: [matrix_ways.file(matrix, stage)],
    **dict.fromkeys(
        ("referral_return", "referral_feedback", "hand_over_decide", "team_referral"),
        lambda matrix, stage: [matrix.referral(stage)],
    ),
}
ONCE: dict[str, Holes] = {
    **dict.fromkeys(
        (
            "directory_entry",
            "directory_open",
            "directory_verify",
            "directory_change",
            "directory_provider",
            "directory_parts",
        ),
        lambda _matrix, _stage: [matrix_directory.entry().pk],
    ),
    "today": lambda _matrix, _stage: ["bekijken"],
    "directory_need": lambda _matrix, _stage: ["debts"],
    "directory_part_add": lambda _matrix, _stage: [matrix_directory.entry().pk, "uren"],
    **dict.fromkeys(
        ("directory_part", "directory_part_remove"),
        lambda _matrix, _stage: [matrix_directory.entry().pk, "nummer", matrix_directory.number().pk],
    ),
    "breach": lambda _matrix, _stage: [ConfidentialityBreach.objects.get().pk],
    **dict.fromkeys(
        ("reporting_code", "reporting_acute"), lambda _matrix, _stage: [ReportingCodeCase.objects.get().pk]
    ),
    "incident": lambda _matrix, _stage: [Incident.objects.get().pk],
    "complaint": lambda _matrix, _stage: [Complaint.objects.get().pk],
    "my_draft": lambda matrix, _stage: [Draft.objects.get(user=matrix.made.users["tom"]).pk],
    "draft_link": lambda _matrix, _stage: [path_of_draft(Notice.objects.get(kind="draft.kept")).split("/")[-2]],
    "family_invited": lambda _matrix, _stage: ["unknown-link"],
    "post_mail": lambda matrix, _stage: [matrix.mail],
    "after_call": matrix_endings.call,
    "call_back": lambda _matrix, _stage: [CallBack.objects.open().get(case=None).pk],
    **dict.fromkeys(
        (
            "mediation",
            "mediation_meet",
            "mediation_note",
            "mediation_agreement",
            "mediation_end",
            "mediation_seat",
        ),
        lambda _matrix, _stage: [Mediation.objects.get().pk],
    ),
    "mediation_said": lambda _matrix, _stage: [Mediation.objects.get().pk, "other"],
    "mediation_meeting": lambda _matrix, _stage: [Mediation.objects.get().pk, UUID(int=1)],
    "mediation_link": lambda _matrix, _stage: ["unknown-link"],
    "letter_link": matrix_letters.link,
    "advice": lambda matrix, _stage: [matrix.advice],
    "question_acknowledge": lambda matrix, _stage: [matrix.advice],
    "way": lambda _matrix, _stage: ["family"],
    "demo_letter": lambda _matrix, _stage: [mail.names()[0]],
    "demo_letter_html": lambda _matrix, _stage: [mail.names()[0]],
    "routing_rule": lambda _matrix, _stage: ["desk"],
    "routing_version": lambda _matrix, _stage: [1],
    "tap": lambda _matrix, _stage: ["unknown-link"],
    "policy": lambda _matrix, _stage: ["urgent"],
    "device_remove": lambda _matrix, _stage: [UUID(int=1)],
    "organisation_import": lambda _matrix, _stage: ["units"],
    "organisation_sheet": lambda _matrix, _stage: ["units"],
    "organisation_add": lambda _matrix, _stage: ["units"],
    "organisation_change": lambda _matrix, _stage: ["units", Unit.objects.earliest("pk").pk],
    "organisation_remove": lambda _matrix, _stage: ["closures", 1],
    "factor_reset": lambda _matrix, _stage: [FactorReset.objects.get().pk],
    **dict.fromkeys(("swap", "take_over"), lambda matrix, _stage: [matrix.shift().pk]),
    **dict.fromkeys(
        ("pattern", "pattern_make", "pattern_remove"), lambda _matrix, _stage: [ShiftPattern.objects.earliest("pk").pk]
    ),
    "swap_answer": lambda _matrix, _stage: [ShiftSwap.objects.get().pk],
    **dict.fromkeys(("view", "view_open", "view_remove"), lambda _matrix, _stage: [SavedView.objects.get().pk]),
    "feed_file": lambda _matrix, _stage: [FEED],
    "hours_of": lambda _matrix, _stage: ["desk"],
    "mfa_edit_webauthn": lambda _matrix, _stage: [1],
    "mfa_remove_webauthn": lambda _matrix, _stage: [1],
    **dict.fromkeys(
        ("smt_role", "smt_role_retire", "smt_name"), lambda _matrix, _stage: [SmtRole.objects.earliest("pk").pk]
    ),
    "signal": lambda _matrix, _stage: [Signal.objects.get().pk],
    "smt_name_end": lambda _matrix, _stage: [SmtSeat.objects.earliest("pk").pk],
    "capacity_end": lambda _matrix, _stage: [Capacity.objects.earliest("pk").pk],
    "coverage_end": lambda _matrix, _stage: [Coverage.objects.earliest("pk").pk],
    **dict.fromkeys(("registration_change", "registration_remove"), _registration),
    **dict.fromkeys(("registration_add", "membership_add", "absence_add"), _person),
    **dict.fromkeys(("person", "person_stop", "person_spread", "person_reopen", "photo"), _person),
    **dict.fromkeys(("membership_change", "membership_end"), _role),
    **dict.fromkeys(("absence_change", "absence_remove"), _absence),
    **dict.fromkeys(("own_absence_change", "own_absence_remove"), lambda matrix, stage: _absence(matrix, stage)[1:]),
    **dict.fromkeys(
        ("invitation_resend", "invitation_withdraw"), lambda _matrix, _stage: [StaffInvitation.objects.get().pk]
    ),
    "invitation": lambda _matrix, _stage: [token_of(StaffInvitation.objects.get())],
    "inbox_open": lambda matrix, _stage: [
        Notice.objects.filter(user=matrix.made.users["bram"], channel="inbox").earliest("pk").pk
    ],
}
SHOWN_BACK = (
    "my_case", "my_story", "my_contact", "my_looks", "my_history", "my_guests", "my_guest", "family_page", "triage",
    "case_people", "case_messages", "my_documents", "case_documents",
)  # fmt: skip
"""Where someone's own case could be seen by whom she shows something in return."""


@dataclass(frozen=True)
class Address:
    """One address. ``stage`` is empty when it is not about a case."""

    name: str
    stage: str
    path: str


def names() -> dict[str, bool]:
    """Every pattern of the site, and whether it is about one case."""
    return {
        str(pattern.name): _about_a_case(str(pattern.name), path) for path, pattern in every_pattern() if pattern.name
    }


def _about_a_case(name: str, path: str) -> bool:
    in_session = name.startswith("follow_") and name not in {"follow_end", "follow_advice"}
    return name in PER_CASE or in_session or ("<str:reference>" in path and name not in ONCE)


def addresses(matrix: Matrix) -> Iterator[Address]:
    """Each pattern once, and those about a case once for each stage."""
    for name, about_a_case in names().items():
        for stage in STAGES if about_a_case else ("",):
            holes = PER_CASE.get(name) or ONCE.get(name)
            if holes is None and about_a_case and not name.startswith("follow_"):
                holes = _reference
            yield Address(name, stage, reverse(name, args=holes(matrix, stage) if holes else []))
    for name in SHOWN_BACK:
        yield Address(name, HERS, reverse(name, args=PER_CASE.get(name, _reference)(matrix, HERS)))
    yield Address("advice", "answered", reverse("advice", args=[matrix.answered]))
