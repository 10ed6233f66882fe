"""The requests of the demo, as people wrote them. All of it is made up."""

from dataclasses import dataclass, field
from typing import Any

from cases.intake import ByDesk

SAFE = {"name": "Noor", "phone": "088 000 00 81", "channels": ["phone", "portal"]}
OPEN = {
    "name": "Daan Vermeer", "phone": "088 000 00 82", "email": "daan@thuis.example",
    "channels": ["phone", "email", "portal"], "safe_to_email": True, "may_leave_voicemail": True, "may_identify": True,
}  # fmt: skip


@dataclass(frozen=True)
class Story:
    """``hours`` is how long ago it was sent; ``account`` the first name of a client with an account,
    ``entered_by`` that of a colleague who entered it for someone."""

    key: str
    hours: float
    story: str
    topics: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    unit: str = ""
    account: str = ""
    entered_by: str = ""
    contact: dict[str, Any] = field(default_factory=lambda: dict(OPEN))
    facts: dict[str, Any] = field(default_factory=dict)


STORIES = (
    Story(
        "new",
        0.7,
        "Mijn vader is ziek en ik wil weten hoe ik zorgverlof aanvraag. Bij wie moet ik zijn? Verder gaat het goed.",
        ("info.question", "private.care_health"),
        ("Alleen een vraag",),
        "inkoop",
        entered_by="samira",
        facts={"channel": "phone", "by_desk": ByDesk(read_out=True)},
    ),
    Story(
        "new_english",
        1.4,
        "I moved here last year with my husband, who serves. I feel lost and would like to talk to someone in English.",
        ("private.relationship",),
        ("Relationship or divorce",),
        "zilte",
        contact={**OPEN, "name": "Amy", "spoken_language": "English"},
        facts={"language": "en", "requester": "family_of_colleague"},
    ),
    Story(
        "urgent",
        2,
        "Ik slaap al weken niet en zie nergens het nut meer van in. Op het werk houd ik me groot. Hoe lang nog?",
        ("mental.low_mood",),
        ("Somber, bang of veel piekeren",),
        "90bat-b",
        contact={**SAFE, "name": "Mees", "window_from": "10:00", "window_until": "12:00"},
    ),
    Story(
        "emergency",
        0.2,
        "Mijn vriend is op oefening en komt vrijdag thuis. Ik ben bang voor hem. Bel alleen tussen 13 en 15 uur, "
        "spreek niets in en zeg niet wie je bent.",
        ("private.safety_home",),
        ("Thuis niet veilig",),
        "",
        contact={
            "name": "",
            "phone": "088 000 00 83",
            "channels": ["phone"],
            "window_from": "13:00",
            "window_until": "15:00",
        },
        facts={"danger": "yes", "requester": "family_of_colleague", "situation": "relative_away"},
    ),
    Story(
        "taken",
        26,
        "Er is veel spanning in ons team sinds de reorganisatie. Ik word overgeslagen. Hoe bespreek ik dit?",
        ("work.conflict", "work.change"),
        ("Ruzie of vervelend gedrag",),
        "personeel",
        account="lisa",
        contact={**OPEN, "name": "Lisa"},
    ),
    Story(
        "waiting",
        50,
        "We hebben schulden en mijn partner weet het nog niet. Ik schaam me. Waar begin ik?",
        ("private.money",),
        ("Geld en schulden",),
        "71bat-1",
    ),
    Story(
        "consent",
        30,
        "Sinds de nieuwe leidinggevende er is, loopt het niet. Hij zet me voor gek. Ik slaap slecht.",
        ("work.unsafe_behaviour", "work.conflict"),
        ("Ruzie of vervelend gedrag",),
        "90bat-a",
        contact={**SAFE, "name": "Sem"},
    ),
    Story(
        "offered",
        28,
        "Mijn relatie loopt op de klippen. Ik wil graag praten met iemand die ons werk kent.",
        ("private.relationship",),
        ("Relatie of scheiding",),
        "90bat-a",
    ),
    Story(
        "offered_urgent",
        5,
        "Vannacht is mijn moeder overleden. Ik moet morgen op oefening en weet niet hoe.",
        ("private.bereavement",),
        ("Overlijden en rouw",),
        "90bat-c",
    ),
    Story(
        "offered_north",
        27,
        "Te veel werk, steeds nieuwe plannen. Ik ben op. De bedrijfsarts zei: praat met iemand.",
        ("work.stress_burnout", "work.pressure"),
        ("Stress of opgebrand zijn",),
        "inkoop",
    ),
    Story(
        "mission",
        20,
        "We zijn acht weken op missie. Sinds het ongeluk met de vrachtwagen zie ik het steeds weer voor me.",
        ("mission.during", "work.incident"),
        ("Een missie",),
        "90bat-b",
        contact={**SAFE, "name": "Job"},
        facts={"situation": "unit_mission"},
    ),
    Story(
        "accepted",
        74,
        "Ik ben een jaar terug van missie en maak thuis om niets ruzie. Zo wil ik niet zijn.",
        ("private.family_children", "mission.return"),
        ("Gezin en kinderen",),
        "90bat-b",
    ),
    Story(
        "active",
        24 * 26,
        "Ik word gek van de conflicten met mijn collega. Ik meld me steeds vaker ziek en dat wil ik niet.",
        ("work.conflict", "work.absence_return"),
        ("Ruzie of vervelend gedrag",),
        "90bat-a",
        account="tom",
        contact={**OPEN, "name": "Tom Maas", "email": "tom@thuis.example"},
    ),
    Story(
        "mediation",
        24 * 15,
        "Met mijn commandant loopt het vast. Alles wat ik vraag wordt een discussie. Ik wil dit met hem uitpraten.",
        ("work.conflict",),
        ("Ruzie of vervelend gedrag",),
        "90bat-b",
        account="lisa",
        contact={**OPEN, "name": "Lisa Visser", "phone": "088 000 00 88", "email": "lisa@thuis.example"},
    ),
    Story(
        "sent_back",
        60,
        "Mijn dochter van zes wil niet meer naar school nu mijn man weg is. Ik sta er alleen voor.",
        ("mission.home_front", "private.family_children"),
        ("Gezin en kinderen",),
        "90bat",
        contact={**OPEN, "name": "Sanne"},
        facts={"requester": "family_of_colleague", "situation": "relative_away"},
    ),
    Story(
        "overdue",
        24 * 9,
        "Ik vraag me af of dit werk nog bij me past. Kan ik daar eens over praten?",
        ("work.career_fit",),
        ("Past dit werk nog?",),
        "zilte-fregat",
    ),
    Story(
        "solved",
        24 * 12,
        "Klopt het dat er een fonds is voor hulp bij hoge kosten? Hoe werkt dat?",
        ("info.question", "private.money"),
        ("Alleen een vraag",),
        "9sqn",
    ),
    Story(
        "chaplain",
        24 * 8,
        "Ik heb geen groot probleem. Ik wil gewoon eens praten met iemand buiten de lijn.",
        ("mental.meaning",),
        ("Levensvragen",),
        "zilte",
        facts={"wish": "chaplain"},
    ),
    Story(
        "helped",
        24 * 60,
        "Na de scheiding kom ik niet meer toe aan mijn werk. Ik wil orde krijgen in mijn hoofd.",
        ("private.relationship",),
        ("Relatie of scheiding",),
        "90bat-b",
    ),
    Story(
        "advice",
        6,
        "In juni gaan we met 120 mensen op missie. Wat kan ik nu al doen voor het thuisfront?",
        ("org.commander_advice",),
        (),
        "90bat-c",
        contact={**OPEN, "name": "Kapitein M. Hartog"},
        facts={"requester": "team_advice"},
    ),
)

MORE = (
    # hours ago, topic, title, unit, urgency is worked out by the rules
    (3, "work.pressure", "Stress of opgebrand zijn", "71bat-1"),
    (4, "private.money", "Geld en schulden", "zilte"),
    (7, "private.family_children", "Gezin en kinderen", "9sqn"),
    (9, "work.absence_return", "Ziek of weer aan het werk", "inkoop"),
    (23, "mission.before", "Een missie", "90bat-c"),
    (25, "info.question", "Alleen een vraag", "personeel"),
    (29, "work.stress_burnout", "Stress of opgebrand zijn", "zilte-fregat"),
    (31, "private.care_health", "Ziekte of zorg", "71bat"),
    (47, "work.career_fit", "Past dit werk nog?", "personeel"),
    (52, "private.relationship", "Relatie of scheiding", "alone"),
)
"""Plain requests that fill the queue."""
