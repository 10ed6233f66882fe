"""A letter to a provider as a PDF. Its words go in as data, never as a part of the program that sets it."""

import datetime as dt
import json
from pathlib import Path

import typst
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.roles import CASE_REFER
from cases.moments import on_paper
from cases.paper import ENDLESS
from cases.permissions import must_have
from referrals.models.letters import Letter

SOURCE = Path(__file__).with_name("letter.typ")


def printed(letter: Letter, *, by: Actor, at: dt.datetime) -> bytes:
    """The letter for a colleague who sends it on paper; that it was made is in the audit. Raises Refused for
    who may not pass this case on."""
    must_have(CASE_REFER, letter.case_id, by=by, at=at, action="letter.print")
    audit.record("letter.printed", by=by, at=at, case_id=letter.case_id, obj=letter)
    return pdf(str(letter.text), letter.language, name=by.name, at=at)


def pdf(text: str, language: str, *, name: str = "", at: dt.datetime) -> bytes:
    """The words as a letter, headed confidential; with ``name`` it says who printed it."""
    with translation.override(language):
        moment = on_paper(at)
        head = _("Printed by %(name)s on %(moment)s") % {"name": name, "moment": moment} if name else moment
        words = {
            "title": _("Letter"),
            "language": language,
            "confidential": _("Confidential"),
            "head": head,
            "foot": _("Only for whom it is addressed to. Keep it no longer than you need it."),
            "paragraphs": [
                [ENDLESS.sub("\\1\u200b", line) for line in part.split("\n")] for part in text.split("\n\n") if part
            ],
        }
    found: bytes = typst.compile(SOURCE.read_bytes(), sys_inputs={"letter": json.dumps(words)})
    return found
