"""Writes truth_table.csv: every combination, with the answer worked out in a straightforward way of its own.

Run it by hand (`python tests/referrals/make_truth_table.py`) when the rules themselves change, and read the difference.
It shares no code with the routing: that is its use. The rules are those of the mission:

1 a commander asking advice for the team -> COMMANDER_ADVICE
2 asking for a chaplain -> CHAPLAIN, also on a mission
3 the client is away: small or individual -> BIU, with the unit -> SMT
4 back 12 weeks and asking about it -> RETURN_INTERVIEW
5 asking for the own worker -> REGIONAL_DIRECT
6 everyone else -> DESK
Lines 2 to 5 are about the client. A team that needs help now is helped by the desk.
"""

import csv
import itertools
from pathlib import Path

TOPICS = {"none": "", "ordinary": "work.conflict", "risk": "mental.low_mood", "return": "mission.return"}
PEOPLE = ["self", "my_family", "family_of_colleague", "team_advice", "team_help"]
SITUATIONS = [
    "at_home", "unit_mission", "small_deployment", "relative_away", "just_back_83_days", "just_back_84_days", "other",
]  # fmt: skip
WISHES = ["none", "duty_worker", "own_worker", "chaplain"]
DANGERS = ["yes", "no", "prefer_not_to_say"]
MOMENTS = {
    "2026-03-10T08:00:00": "DESK_LINE",  # Tuesday, opening
    "2026-03-10T16:59:59": "DESK_LINE",  # the last second
    "2026-03-10T17:00:00": "AFTER_HOURS_LINE",
    "2026-03-14T12:00:00": "AFTER_HOURS_LINE",  # Saturday
    "2026-04-27T12:00:00": "AFTER_HOURS_LINE",  # King's Day
}
COLUMNS = ["topic", "requester", "situation", "wish", "danger", "at", "to", "overlay", "handler_now"]


def destination(topic: str, person: str, situation: str, wish: str) -> str:
    """The proposal, by asking the questions of the mission one after the other."""
    if person == "team_advice":
        return "COMMANDER_ADVICE"
    if person == "team_help":
        return "DESK"
    if wish == "chaplain":
        return "CHAPLAIN"
    if person == "self" and situation == "small_deployment":
        return "BIU"
    if person == "self" and situation == "unit_mission":
        return "SMT"
    if person == "self" and situation == "just_back_84_days" and topic == "return":
        return "RETURN_INTERVIEW"
    if wish == "own_worker":
        return "REGIONAL_DIRECT"
    return "DESK"


def overlay(topic: str, danger: str) -> str:
    """In danger, or silent about it with a risk topic."""
    silent = danger == "prefer_not_to_say" and topic == "risk"
    return "EMERGENCY" if danger == "yes" or silent else "NONE"


def write(path: Path) -> int:
    """Write the table; the number of rows."""
    combinations = itertools.product(TOPICS, PEOPLE, SITUATIONS, WISHES, DANGERS, MOMENTS)
    rows = [
        [topic, person, situation, wish, danger, at, destination(topic, person, situation, wish),
         overlay(topic, danger), MOMENTS[at]]
        for topic, person, situation, wish, danger, at in combinations
    ]  # fmt: skip
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    return len(rows)


if __name__ == "__main__":
    print(write(Path(__file__).with_name("truth_table.csv")), "rows")
