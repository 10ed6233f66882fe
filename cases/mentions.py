"""Telling a colleague of a file note: chosen in a list, or named in the text as @Name.

Only who can open the case now can be told, so that nobody else learns that there is one. The notice says nothing but
where to look. In a working note nobody is told: its author alone sees it.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from accounts.notices import tell_user
from cases import colleagues
from cases.models import Note
from cases.moves import NotNow
from cases.notices import MENTIONED

NAME = re.compile(r"(?<!\S)@([^\W\d_][\w'’-]*)")


@dataclass(frozen=True)
class Named:
    """Who is named in a text, and the names in it that fit nobody who can open the case, or more than one."""

    people: tuple[User, ...] = ()
    unknown: tuple[str, ...] = ()


def named_in(text: str, people: Sequence[User]) -> Named:
    """Whom ``@Name`` in the text means: a whole name, or a first name that only one of these people has."""
    found, unknown = {}, []
    for match in NAME.finditer(text):
        rest = text[match.start() + 1 :].casefold()
        whole = [user for user in people if re.match(rf"{re.escape(user.name.casefold())}\b", rest)]
        first = [user for user in people if user.name.casefold().split(" ")[0] == match[1].casefold()]
        fitting = whole or first
        if len(fitting) == 1:
            found[fitting[0].pk] = fitting[0]
        else:
            unknown.append(match[1])
    return Named(tuple(found.values()), tuple(dict.fromkeys(unknown)))


def tell(note: Note, people: Iterable[User], *, by: Actor, at: dt.datetime) -> list[User]:
    """Tell these colleagues of a file note, each once, whatever happens to it later. Raises NotNow for somebody who
    cannot open the case. Call it in the transaction of the note, whose case is locked."""
    wanted = {user.pk: user for user in people if user.pk != by.user_id}
    if not wanted:
        return []
    able = {user.pk for user in colleagues.of_case(note.case, at)}
    if strangers := [user.name for pk, user in wanted.items() if pk not in able]:
        raise NotNow(_("%(name)s cannot open this case, so cannot be told of it.") % {"name": strangers[0]})
    told = set(note.mentioned.values_list("pk", flat=True))
    new = [user for pk, user in wanted.items() if pk not in told]
    note.mentioned.add(*new)
    path = reverse("case_notes", args=[note.case.reference]) + f"#entry-{note.pk}"
    for user in new:
        tell_user(MENTIONED, user, about=note.case_id, occasion=str(note.pk), path=path, at=at)
        audit.record("note.mentioned", by=by, at=at, case_id=note.case_id, obj=note, part=str(user.pk))
    return new
