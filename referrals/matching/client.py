"""What a case says about who should help: the client's wishes, who knows the client, and who does not come again.

Of another case of this client nothing is used but what the person who looks may know: they may open that case. Without
somebody who looks, nothing of another case is used at all (ADR 26).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from cases.enums import KEEPS_OUT, WITH_WORKER, CaseState
from cases.enums.whom import NOT_AGAIN as ASKED_AWAY
from cases.models import Case, SamePerson
from referrals import languages
from referrals.enums import MOVES_CASE, HandOver, ReferralState, ReturnReason

NOT_AGAIN = (ReturnReason.CONFLICT, ReturnReason.WRONG_UNIT)
"""Whoever returned this case for one of these reasons is not suggested for it again."""

NOW, BEFORE = "now", "before"


@dataclass(frozen=True)
class Client:
    """``helped`` says of users how they know the client. Dates are days on which somebody said to have no room."""

    topics: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    gender: str = ""
    helped: Mapping[int, str] = field(default_factory=dict)
    not_users: frozenset[int] = frozenset()
    not_teams: frozenset[int] = frozenset()
    one_by_one: frozenset[int] = frozenset()  # teams of which somebody knows the client
    no_room: Mapping[tuple[str, int], dt.date] = field(default_factory=dict)  # by ("user" or "team", id)

    def knows(self, user_id: int) -> str:
        """How this worker knows the client, in words; empty when they do not."""
        words = {NOW: _("Is the client's contact person already"), BEFORE: _("Helped this client before")}
        return words.get(self.helped.get(user_id, ""), "")


NOBODY = Client()
"""There is only a unit, or nothing."""


def of_case(case: Case, by: Actor | None, at: dt.datetime) -> Client:
    """Two queries."""
    rows = list(_cases_of_client(case, by, at))
    own = next(row for row in rows if row.pk == case.pk)
    said = _Said(case, own.reopened_at)
    contact = getattr(own.person, "contact", None)
    if contact is not None:
        contact.person = own.person  # its key is at hand
    helped = dict(said.helped)
    for row in rows:
        if row.owner_id and row.pk != case.pk and row.state in (*WITH_WORKER, CaseState.CLOSED):
            how = NOW if row.state in WITH_WORKER else BEFORE
            helped[row.owner_id] = NOW if helped.get(row.owner_id) == NOW else how
    return Client(
        topics=frozenset(case.topics),
        languages=languages.wanted(str(contact.spoken_language) if contact else "", own.person.language),
        gender=str(contact.talks_with) if contact else "",
        helped=helped,
        not_users=frozenset(said.not_users),
        not_teams=frozenset(said.not_teams),
        one_by_one=frozenset(said.one_by_one),
        no_room=said.no_room,
    )


def _cases_of_client(case: Case, by: Actor | None, at: dt.datetime) -> list[Case]:
    """This one, and those of the same client that ``by`` may open too."""
    wanted = Q(pk=case.pk)
    if by is not None:
        same = SamePerson.objects.filter(undone_at=None)
        others = (
            Q(person=case.person_id)
            | Q(pk__in=same.filter(case=case).values("other"))
            | Q(pk__in=same.filter(other=case).values("case"))
        )
        wanted |= Q(pk__in=Case.objects.visible_to(by, at).filter(others).values("pk"))
    rows = Case.objects.filter(wanted).select_related("person__data_key", "person__contact")
    return list(rows.defer("own_words", "summary", "outcome_note"))


_SAID = """
SELECT state, return_reason, answered_by_id, to_user_id, to_team_id, answered_at, kind
  FROM referrals_referral WHERE case_id = %(case)s AND state IN ('returned', 'accepted')
UNION ALL SELECT 'out', '', user_id, NULL, NULL, NULL, ''
  FROM cases_caseaccess WHERE case_id = %(case)s AND reason IN %(out)s AND user_id IS NOT NULL
UNION ALL SELECT 'out', '', leader_id, NULL, NULL, NULL, ''
  FROM cases_mediation WHERE case_id = %(case)s AND ended_at IS NULL
UNION ALL SELECT 'out', '', away_from_id, NULL, NULL, NULL, ''
  FROM cases_someoneelse WHERE case_id = %(case)s AND state IN %(away)s AND away_from_id IS NOT NULL
ORDER BY 6
"""


class _Said:
    """Who does not come again for this case, and who had it before it was closed and opened again. One query."""

    def __init__(self, case: Case, reopened_at: dt.datetime | None) -> None:
        self.not_users: set[int] = set()
        self.not_teams: set[int] = set()
        self.one_by_one: set[int] = set()
        self.no_room: dict[tuple[str, int], dt.date] = {}
        self.helped: dict[int, str] = {}
        given = {"case": case.pk, "out": tuple(map(str, KEEPS_OUT)), "away": tuple(map(str, ASKED_AWAY))}
        with connection.cursor() as cursor:
            cursor.execute(_SAID, given)
            for state, reason, by, to_user, to_team, answered_at, kind in cursor.fetchall():
                if state == ReferralState.ACCEPTED and kind in (*MOVES_CASE, HandOver.REQUEST):
                    self._accepted(by, answered_at, reopened_at)
                elif state == "out":
                    self.not_users.add(by)
                elif state == ReferralState.RETURNED:
                    self._returned(reason, by, to_user, to_team, answered_at)

    def _accepted(self, by: int, answered_at: dt.datetime, reopened_at: dt.datetime | None) -> None:
        """Who had it last before it was opened again; not who had it since and gave it back."""
        self.helped = {by: BEFORE} if reopened_at is not None and answered_at <= reopened_at else {}

    def _returned(
        self, reason: str, by: int, to_user: int | None, to_team: int | None, answered_at: dt.datetime
    ) -> None:
        if reason in NOT_AGAIN:
            self.not_users |= {user for user in (by, to_user) if user}
            if to_user is None and to_team:
                (self.not_teams if reason == ReturnReason.WRONG_UNIT else self.one_by_one).add(to_team)
        elif reason == ReturnReason.NO_CAPACITY:
            key = ("user", to_user) if to_user else ("team", to_team or 0)
            self.no_room[key] = timezone.localdate(answered_at)
