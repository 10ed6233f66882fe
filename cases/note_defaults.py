"""The texts a new organisation begins its notes with. In plain words, because the client may read them."""

from typing import Any

from cases.enums.notes import TemplateMoment

# moment, name in Dutch and in English, the questions in Dutch and in English
_TEMPLATES: list[tuple[TemplateMoment, str, str, list[str], list[str]]] = [
    (
        TemplateMoment.INTAKE, "Eerste gesprek", "First conversation",
        ["Wat de cliënt vertelt", "Wat de cliënt wil bereiken", "Wat al geprobeerd is",
         "Uitgelegd over geheimhouding en de grenzen daarvan", "Afgesproken"],
        ["What the client tells", "What the client wants to reach", "What was tried already",
         "Explained about confidentiality and its limits", "Agreed"],
    ),
    (
        TemplateMoment.CALL, "Telefoongesprek", "Phone call",
        ["Wie belde wie", "Waar het over ging", "Afgesproken"],
        ["Who called whom", "What it was about", "Agreed"],
    ),
    (
        TemplateMoment.SESSION, "Gesprek", "Conversation",
        ["Hoe het nu gaat", "Waar we over spraken", "Tot het volgende gesprek"],
        ["How it is going now", "What we spoke about", "Until the next conversation"],
    ),
    (
        TemplateMoment.HANDOVER, "Overdracht", "Handing over",
        ["Hoe het er nu voor staat", "Wat er nog loopt", "Waar op te letten in het contact"],
        ["How it stands now", "What is still going on", "What to mind in the contact"],
    ),
    (
        TemplateMoment.CLOSING, "Afsluiting", "Closing",
        ["Wat er bereikt is", "Wat de cliënt ervan vindt", "Wat de cliënt doet als het weer minder gaat"],
        ["What was reached", "What the client thinks of it", "What the client does when it gets worse again"],
    ),
]  # fmt: skip


def _text(heading: str, questions: list[str]) -> str:
    return "\n\n".join([heading, *(f"{question}:" for question in questions)])


TEMPLATES: list[dict[str, Any]] = [
    {
        "moment": moment.value, "name_nl": nl, "name_en": en,
        "body_nl": _text(nl, asked_nl), "body_en": _text(en, asked_en),
    }
    for moment, nl, en, asked_nl, asked_en in _TEMPLATES
]  # fmt: skip
