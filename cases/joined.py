"""What was put together with a case, opened as files of their own for who reads both (see cases/merged.py)."""

from accounts.actors import Actor
from accounts.roles import CASE_WORK
from cases import merged
from cases.workspace import Workspace, open_workspace


def opened(space: Workspace, by: Actor, *, part: str) -> list[Workspace]:
    """Each of them that ``by`` may work on, through the one getter, so that the look is in its audit as well."""
    return [
        open_workspace(by, row.case.reference, tab=space.tab, part=part, at=space.at, needs=CASE_WORK)
        for row in merged.of_case(space.case, by, space.at)
    ]
