"""What a case says about who should help: the client's wishes, who knows the client, and who does not come again.

Of another case of this client nothing is used but what the person who looks may know: they may open that case. Without
somebody who looks, nothing of another case is used at all (ADR 26).
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.counting import Question, recall, who
from accounts.models import Unit
from cases.enums import KEEPS_OUT, WITH_WORKER, CaseState
from cases.enums.whom import NOT_AGAIN as ASKED_AWAY
from cases.enums.whom import Gender
from cases.models import Case, ContactPreference, Person, SamePerson
from referrals import languages
from referrals.enums import MOVES_CASE, NOT_AGAIN, HandOver, ReturnReason
from referrals.models.smt import Seating, SmtRole

NOW, BEFORE = "now", "before"
KEPT_OUT, ASKED_OF, LEADS = "kept_out", "asked_of", "leads"


@dataclass(frozen=True)
class Client:
    """``helped`` says of users how they know the client. Dates are days on which somebody said to have no room."""

    topics: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    gender: str = ""
    helped: Mapping[int, str] = field(default_factory=dict)
    not_users: frozenset[int] = frozenset()
    not_teams: frozenset[int] = frozenset()
    one_by_one: frozenset[int] = frozenset()  # teams of somebody who knows the client, or whom they asked away from
    no_room: Mapping[tuple[str, int], dt.date] = field(default_factory=dict)  # by ("user" or "team", id)
    left: Mapping[tuple[str, int], str] = field(default_factory=dict)  # why somebody does not come again, the same way

    seating: Seating = field(default_factory=Seating)  # the roles of a Social Medical Team, read along

    def why_not(self, user_id: int, team_id: int) -> str:
        """Why this worker of this team does not come again, in words; empty for all others."""
        if user_id not in self.not_users and team_id not in self.not_teams:
            return ""
        why = self.left.get(("user", user_id)) or self.left.get(("team", team_id), "")
        said = {
            KEPT_OUT: _("is kept out of this case"),
            ASKED_OF: _("the client asked for someone else"),
            LEADS: _("leads a talk that this client takes part in"),
        }
        if why in said:
            return said[why]
        return _("gave this case back: %(reason)s") % {"reason": ReturnReason(why).label}

    def knows(self, user_id: int) -> str:
        """How this worker knows the client, in words; empty when they do not."""
        words = {NOW: _("Is the client's contact person already"), BEFORE: _("Helped this client before")}
        return words.get(self.helped.get(user_id, ""), "")


NOBODY = Client()
"""There is only a unit, or nothing."""


def of_case(case: Case, by: Actor | None, at: dt.datetime) -> tuple[Client, list[Unit]]:
    """And the unit of the case with everything above it. One query, and one for the person when they are not at
    hand."""
    person = _person(case)
    contact, spoken = getattr(person, "contact", None), spoken_by(person)
    read = _Read(case)
    for what, row in _rows(case, by, at):
        getattr(read, what)(row)
    return Client(
        topics=frozenset(case.topics),
        languages=spoken,
        gender=_gender(contact),
        helped=read.helped | read.known,
        not_users=frozenset(read.not_users),
        not_teams=frozenset(read.not_teams),
        one_by_one=frozenset(read.one_by_one),
        no_room=read.no_room,
        left=read.left,
        seating=Seating(read.roles),
    ), read.chain


def spoken_by(person: Person) -> frozenset[str]:
    """In which languages other than Dutch this client would talk; none where that is not known."""
    contact: ContactPreference | None = getattr(person, "contact", None)
    if contact is not None:
        contact.person = person  # its key is at hand
    return languages.wanted(str(contact.spoken_language) if contact else "", person.language)


def _gender(contact: ContactPreference | None) -> str:
    """With whom the client would rather talk; nothing for a code that is not known here."""
    asked = str(contact.talks_with) if contact else ""
    return asked if asked in Gender.values else ""


def _person(case: Case) -> Person:
    if "person" not in case._state.fields_cache:
        case.person = Person.objects.select_related("data_key", "contact").get(pk=case.person_id)
    return case.person


_ROWS = """
WITH RECURSIVE this AS (SELECT id, unit_id FROM cases_case WHERE id = %s), up(id, parent_id, step) AS (
  SELECT id, parent_id, 0 FROM accounts_unit WHERE id = (SELECT unit_id FROM this)
  UNION ALL SELECT u.id, u.parent_id, up.step + 1 FROM accounts_unit u JOIN up ON u.id = up.parent_id
   WHERE up.step < 20
)
SELECT 'above' AS what, up.step::float AS place, jsonb_build_object('id', u.id, 'name', u.name,
       'location', u.location_id, 'region', u.region_id, 'there', l.region_id) AS row
  FROM up JOIN accounts_unit u ON u.id = up.id LEFT JOIN accounts_location l ON l.id = u.location_id
UNION ALL SELECT state, extract(epoch FROM answered_at)::float, jsonb_build_object('reason', return_reason,
       'kind', kind, 'by', CASE WHEN NOT answered_for THEN answered_by_id END, 'user', to_user_id,
       'team', to_team_id, 'at', answered_at)
  FROM referrals_referral WHERE case_id = %s AND state IN ('accepted', 'returned')
UNION ALL SELECT 'kept_out', 0, jsonb_build_object('user', user_id)
  FROM cases_caseaccess WHERE case_id = %s AND reason IN {out} AND user_id IS NOT NULL
UNION ALL SELECT 'leads', 0, jsonb_build_object('user', leader_id)
  FROM cases_mediation WHERE case_id = %s AND ended_at IS NULL
UNION ALL SELECT 'asked_away', 0, jsonb_build_object('user', away_from_id, 'teams',
       ARRAY(SELECT team_id FROM accounts_membership WHERE user_id = away_from_id))
  FROM cases_someoneelse WHERE state IN {away} AND away_from_id IS NOT NULL AND case_id = ANY(%s::uuid || ARRAY(
       SELECT case_id FROM cases_merge WHERE into_id = %s AND undone_at IS NULL))
UNION ALL SELECT 'smt', r.order, jsonb_build_object('id', r.id, 'role', r.role, 'name_nl', r.name_nl,
       'name_en', r.name_en, 'order', r.order, 'gets', r.gets, 'retired_at', r.retired_at, 'seated',
       (SELECT coalesce(jsonb_agg(jsonb_build_object('team', s.team_id, 'user', s.user_id)), '[]'::jsonb)
          FROM referrals_smtseat s WHERE s.role_id = r.id AND s.ended_at IS NULL))
  FROM referrals_smtrole r
"""
_OTHERS = " UNION ALL SELECT 'other', 0, jsonb_build_object('owner', owner_id, 'state', state) FROM ({}) AS one"


def _rows(case: Case, by: Actor | None, at: dt.datetime) -> list[tuple[str, dict[str, Any]]]:
    """What there is to know, in the order in which it happened. One query."""
    key = ("client", *who(by)) if by else ("client",)
    rows = recall(key, at, lambda pk: _question(pk, by, at), case.pk)
    return [(row["what"], json.loads(row["row"])) for row in rows]


def _question(pk: UUID, by: Actor | None, at: dt.datetime) -> Question:
    """Other cases are those of the same client that ``by`` may open too."""
    sql = _ROWS.format(out=_listed(KEEPS_OUT), away=_listed(ASKED_AWAY))
    values: list[Any] = [pk] * _ROWS.count("%s")
    if by is not None:
        same = SamePerson.objects.filter(undone_at=None)
        of_client = (
            Case.objects.filter(person=Subquery(Case.objects.filter(pk=pk).values("person")))
            .values("pk")
            .union(same.filter(case=pk).values("other"), same.filter(other=pk).values("case"))
        )  # joined by OR the planner would look through all cases
        seen = Case.objects.visible_to(by, at).filter(pk__in=of_client, owner__isnull=False).exclude(pk=pk)
        others, more = seen.order_by().values("owner_id", "state").query.sql_with_params()
        sql, values = sql + _OTHERS.format(others), [*values, *more]
    return f"SELECT * FROM ({sql}) AS told ORDER BY place", values  # noqa: S608 - our own SQL and the ORM's


def _listed(codes: Iterable[str]) -> str:
    """Codes of ours as a list in SQL."""
    return "(" + ", ".join(f"'{code}'" for code in codes) + ")"


class _Read:
    """What was read, one method for each kind of row: who does not come again for this case, and who knows the
    client."""

    def __init__(self, case: Case) -> None:
        self.reopened_at = case.reopened_at
        self.chain: list[Unit] = []
        self.not_users: set[int] = set()
        self.not_teams: set[int] = set()
        self.one_by_one: set[int] = set()
        self.no_room: dict[tuple[str, int], dt.date] = {}
        self.helped: dict[int, str] = {}
        self.known: dict[int, str] = {}
        self.left: dict[tuple[str, int], str] = {}
        self.roles: list[SmtRole] = []

    def smt(self, row: dict[str, Any]) -> None:
        seated = row.pop("seated")
        self.roles.append(SmtRole(**row))
        self.roles[-1].seated = seated  # type: ignore[attr-defined]

    def above(self, row: dict[str, Any]) -> None:
        unit = Unit(pk=row["id"], name=row["name"], location_id=row["location"], region_id=row["region"])
        unit.location_region_id = row["there"]  # type: ignore[attr-defined]
        self.chain.append(unit)

    def _never(self, user: int, why: str) -> None:
        self.not_users.add(user)
        self.left.setdefault(("user", user), why)

    def kept_out(self, row: dict[str, Any]) -> None:
        self._never(row["user"], KEPT_OUT)

    def leads(self, row: dict[str, Any]) -> None:
        self._never(row["user"], LEADS)

    def asked_away(self, row: dict[str, Any]) -> None:
        """Of their team the client hears who it is instead."""
        self._never(row["user"], ASKED_OF)
        self.one_by_one.update(row["teams"])

    def accepted(self, row: dict[str, Any]) -> None:
        """Who had it last before it was opened again; not who had it since and gave it back."""
        if row["kind"] in (*MOVES_CASE, HandOver.REQUEST):
            before = self.reopened_at is not None and dt.datetime.fromisoformat(row["at"]) <= self.reopened_at
            self.helped = {row["by"]: BEFORE} if before else {}

    def returned(self, row: dict[str, Any]) -> None:
        user, team = row["user"], row["team"]
        if row["reason"] in NOT_AGAIN:
            knows = row["reason"] == ReturnReason.CONFLICT  # only for themselves can somebody say so
            for one in {row["by"], None if knows else user} - {None}:
                self.not_users.add(one)
                self.left["user", one] = row["reason"]
            if user is None and team:
                self.left.setdefault(("team", team), row["reason"])
                (self.not_teams if row["reason"] == ReturnReason.WRONG_UNIT else self.one_by_one).add(team)
        elif row["reason"] == ReturnReason.NO_CAPACITY:
            day = timezone.localdate(dt.datetime.fromisoformat(row["at"]))
            self.no_room[("user", user) if user else ("team", team or 0)] = day

    def other(self, row: dict[str, Any]) -> None:
        """Another case of this client, and who has it."""
        if row["state"] in WITH_WORKER:
            self.known[row["owner"]] = NOW
        elif row["state"] == CaseState.CLOSED:
            self.known.setdefault(row["owner"], BEFORE)
