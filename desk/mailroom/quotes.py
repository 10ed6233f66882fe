"""What somebody wrote themselves, without the mail below it that they answer to. In Dutch and English.

The library looks for the rest, but not for Dutch attributions, and its patterns take seconds for odd texts of some
length; so the known lines are cut by our own, and the library sees only short texts without rows of blank lines.
"""

import re

from mailparser_reply import EmailReplyParser

LONGEST_FOR_LIBRARY = 4000
LONGEST_ATTRIBUTION = 300
_WROTE = re.compile(r"^\W{0,3}(op|on)\b.*\b(schreef|wrote)\b.*:\s*$", re.IGNORECASE)
_BELOW = re.compile(
    r"^\W{0,3}-{2,}\s*(oorspronkelijk bericht|doorgestuurd bericht|original message|forwarded message)\s*-{2,}\s*$"
    r"|^_{30,}\s*$",
    re.IGNORECASE,
)


def said(text: str) -> str:
    """The new part of a mail; all of it when nothing new would be left."""
    whole = re.sub(r"\n[ \t]*\n\s*\n", "\n\n", text.strip())
    lines = whole.split("\n")
    cut = next((number for number in range(len(lines)) if _is_below(lines, number)), len(lines))
    kept = lines[:cut]
    while kept and (not kept[-1].strip() or kept[-1].lstrip().startswith(">")):
        kept.pop()
    own = "\n".join(kept).strip()
    if len(own) <= LONGEST_FOR_LIBRARY:
        own = (EmailReplyParser(languages=["nl", "en"]).parse_reply(own) or "").strip()
    return own or whole


def _is_below(lines: list[str], number: int) -> bool:
    """Whether what was quoted begins at this line; an attribution may run over two."""
    line = lines[number]
    if len(line) > LONGEST_ATTRIBUTION:
        return False
    both = f"{line} {lines[number + 1]}"[:LONGEST_ATTRIBUTION] if number + 1 < len(lines) else line
    return bool(_BELOW.match(line) or _WROTE.match(line) or _WROTE.match(both))
