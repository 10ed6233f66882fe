"""The routing rules a new organisation starts with: data, so that migrations and the public pages read the same."""

import datetime as dt
from typing import Any

from accounts.enums import Role
from cases.enums import Requester, Wish
from referrals.enums import Destination

VALID_FROM = dt.date(2025, 1, 1)

_SELF = [Requester.SELF.value]
_PERSON = [Requester.SELF.value, Requester.MY_FAMILY.value, Requester.FAMILY_OF_COLLEAGUE.value]

# order, code, conditions, destination, R-numbers, reason in Dutch, reason in English
_RULES: list[tuple[int, str, dict[str, list[str]], Destination, str, str, str]] = [
    (
        10, "commander-advice", {"requester": [Requester.TEAM_ADVICE.value]}, Destination.COMMANDER_ADVICE, "R10",
        "Een leidinggevende vraagt advies voor het team of de eenheid. Daar hoort geen cliëntdossier bij.",
        "A commander asks for advice about the team or unit. That makes no client record.",
    ),
    (
        20, "chaplain", {"requester": _PERSON, "wish": [Wish.CHAPLAIN.value]}, Destination.CHAPLAIN, "R5",
        "De cliënt wil met een geestelijk verzorger praten. Dat kan altijd, ook op missie. Er gaat geen dossier mee.",
        "The client wants to talk to a chaplain. That is always possible, also on a mission. No file travels.",
    ),
    (
        30, "small-deployment", {"requester": _SELF, "deployment": ["small_deployment", "individual"]},
        Destination.BIU, "R7",
        "De cliënt is op een kleine of individuele uitzending. Dan helpt Bureau Individuele Uitzendingen.",
        "The client is on a small or individual deployment. Then the Individual Deployments Office helps.",
    ),
    (
        31, "unit-mission", {"requester": _SELF, "deployment": ["unit_mission"]}, Destination.SMT, "R6",
        "De cliënt is op missie met de eigen eenheid. Dan helpt het Sociaal Medisch Team van die eenheid.",
        "The client is on a mission with their own unit. Then the Social Medical Team of that unit helps.",
    ),
    (
        40, "return-interview", {"requester": _SELF, "return_interview_due": ["yes"]},
        Destination.RETURN_INTERVIEW, "R11, R9",
        "De cliënt is lang genoeg terug voor een terugkeergesprek en vraagt ernaar. Het loket plant het.",
        "The client has been back long enough for a return interview and asks about it. The desk plans it.",
    ),
    (
        50, "own-worker", {"requester": _PERSON, "wish": [Wish.OWN_WORKER.value]}, Destination.REGIONAL_DIRECT, "R4",
        "De cliënt wil naar de eigen maatschappelijk werker in de regio. Die weg blijft altijd open.",
        "The client wants their own social worker in the region. That road always stays open.",
    ),
    (
        60, "desk", {}, Destination.DESK, "R1, R3, R8",
        "Geen andere regel past. De hulpverlener van dienst probeert het eerst zelf op te lossen.",
        "No other rule fits. The worker on duty first tries to solve it.",
    ),
]  # fmt: skip

RULES: list[dict[str, Any]] = [
    {
        "order": order, "code": code, "conditions": conditions, "to": to.value, "source": source,
        "because_nl": nl, "because_en": en, "valid_from": VALID_FROM, "valid_until": None, "fixed": True,
    }
    for order, code, conditions, to, source, nl, en in _RULES
]  # fmt: skip
"""All of them are the mission's own: no draft changes when they fit, where they go, or that they are asked first."""

SMT_ROLES: list[dict[str, Any]] = [
    {"role": Role.SMT_DOCTOR.value, "name_nl": "Arts", "name_en": "Doctor", "order": 10},
    {
        "role": Role.SMT_SOCIAL_WORKER.value,
        "name_nl": "Maatschappelijk werker",
        "name_en": "Social worker",
        "order": 20,
    },
    {"role": Role.SMT_HR_OFFICER.value, "name_nl": "P&O-functionaris", "name_en": "Personnel officer", "order": 30},
    {"role": Role.CHAPLAIN.value, "name_nl": "Geestelijk verzorger", "name_en": "Chaplain", "order": 40},
]
"""Who is in a Social Medical Team (R6), to begin with."""
