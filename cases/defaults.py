"""The topics and tiles a new organisation starts with. Data, so that migrations and the public pages read the same.

Which urgency a topic starts with is the organisation's to decide (DECISIONS: a risk topic, a death or an incident is
urgent). A tile is a choice in plain words; there is one for every risk topic.
"""

from typing import Any

from cases.enums import Urgency

# code, name in Dutch, name in English, risk, starts as
_TOPICS: list[tuple[str, str, str, bool, Urgency]] = [
    ("work.pressure", "Te veel of te zwaar werk", "Too much or too heavy work", False, Urgency.ROUTINE),
    ("work.stress_burnout", "Stress of opgebrand zijn", "Stress or burn-out", False, Urgency.SOON),
    ("work.conflict", "Ruzie of spanning op het werk", "Conflict or tension at work", False, Urgency.SOON),
    (
        "work.unsafe_behaviour", "Ongewenst gedrag, pesten, discriminatie",
        "Unwanted behaviour, bullying, discrimination", False, Urgency.SOON,
    ),
    ("work.change", "Reorganisatie of overplaatsing", "Reorganisation or transfer", False, Urgency.ROUTINE),
    ("work.career_fit", "Dit werk past niet meer bij mij", "This work no longer suits me", False, Urgency.ROUTINE),
    ("work.absence_return", "Ziek thuis of weer aan het werk", "Ill at home or back to work", False, Urgency.ROUTINE),
    ("work.incident", "Ongeluk of schokkende gebeurtenis", "Accident or shocking event", False, Urgency.URGENT),
    ("private.relationship", "Relatie of scheiding", "Relationship or divorce", False, Urgency.ROUTINE),
    ("private.family_children", "Gezin en kinderen", "Family and children", False, Urgency.ROUTINE),
    ("private.bereavement", "Overlijden en rouw", "Death and grief", False, Urgency.URGENT),
    ("private.money", "Geld en schulden", "Money and debts", False, Urgency.ROUTINE),
    ("private.care_health", "Ziekte of zorg voor een ander", "Illness or caring for someone", False, Urgency.ROUTINE),
    ("private.safety_home", "Thuis niet veilig", "Not safe at home", True, Urgency.URGENT),
    ("mission.before", "Voor een missie", "Before a mission", False, Urgency.ROUTINE),
    ("mission.during", "Tijdens een missie", "During a mission", False, Urgency.SOON),
    ("mission.home_front", "Thuis bij een missie", "At home during a mission", False, Urgency.SOON),
    ("mission.return", "Na een missie", "After a mission", False, Urgency.ROUTINE),
    ("mental.low_mood", "Somber of bang", "Low or anxious", True, Urgency.URGENT),
    ("mental.suicidal_thoughts", "Denken aan zelfmoord", "Thoughts of suicide", True, Urgency.URGENT),
    ("mental.meaning", "Levensvragen", "Questions about life", False, Urgency.ROUTINE),
    ("org.commander_advice", "Advies aan commandant", "Advice to a commander", False, Urgency.ROUTINE),
    ("org.trend_signal", "Signaal", "Signal", False, Urgency.ROUTINE),
    ("info.question", "Alleen een vraag", "Just a question", False, Urgency.ROUTINE),
]  # fmt: skip

TOPICS: list[dict[str, Any]] = [
    {
        "code": code, "name_nl": nl, "name_en": en, "is_risk": risk, "starts_as": urgency.value, "order": 10 * place,
    }
    for place, (code, nl, en, risk, urgency) in enumerate(_TOPICS, start=1)
]  # fmt: skip

# code, icon, title and hint in Dutch, title and hint in English, topics
_TILES: list[tuple[str, str, tuple[str, str], tuple[str, str], list[str]]] = [
    (
        "stress", "activity", ("Stress of opgebrand zijn", "Te veel werk, slecht slapen"),
        ("Stress or burn-out", "Too much work, sleeping badly"), ["work.stress_burnout", "work.pressure"],
    ),
    (
        "conflict", "people", ("Ruzie of vervelend gedrag", "Conflict, pesten, discriminatie"),
        ("Conflict or bad behaviour", "Arguments, bullying, discrimination"),
        ["work.conflict", "work.unsafe_behaviour"],
    ),
    (
        "low-mood", "cloud-rain", ("Somber, bang of veel piekeren", "Ook als je niet weet waardoor"),
        ("Low, anxious or worrying a lot", "Also if you do not know why"), ["mental.low_mood"],
    ),
    (
        "family", "house-heart", ("Relatie, gezin of kinderen", "Scheiding, opvoeden, zorgen thuis"),
        ("Relationship, family or children", "Divorce, parenting, worries at home"),
        ["private.relationship", "private.family_children"],
    ),
    (
        "illness", "bandaid", ("Ziekte of zorg voor een ander", "Bij jou of iemand om je heen"),
        ("Illness or caring for someone", "You or someone close to you"), ["private.care_health"],
    ),
    (
        "loss", "flower1", ("Overlijden, ongeluk of iets schokkends", "Net gebeurd of langer geleden"),
        ("A death, an accident or a shock", "Just now or longer ago"), ["private.bereavement", "work.incident"],
    ),
    (
        "money", "cash-coin", ("Geld en schulden", "Rekeningen, beslag, gokken"),
        ("Money and debts", "Bills, seizure, gambling"), ["private.money"],
    ),
    (
        "mission", "compass", ("Voor, tijdens of na een missie", "Ook als je thuis achterblijft"),
        ("Before, during or after a mission", "Also if you stay behind at home"),
        ["mission.before", "mission.during", "mission.home_front", "mission.return"],
    ),
    (
        "question", "question-circle", ("Alleen een vraag", "Over verlof, regels of bij wie je moet zijn"),
        ("Just a question", "About leave, rules or whom to ask"), ["info.question"],
    ),
    (
        "unsafe-home", "shield-lock", ("Thuis niet veilig", "Bang voor iemand, geweld, dwang"),
        ("Not safe at home", "Afraid of someone, violence, control"), ["private.safety_home"],
    ),
    (
        "suicide", "life-preserver", ("Denken aan zelfmoord", "Of niet meer verder willen"),
        ("Thinking of suicide", "Or not wanting to go on"), ["mental.suicidal_thoughts"],
    ),
    (
        "other", "three-dots",
        ("Iets anders, of ik weet het niet", "Je kunt het op de volgende pagina in je eigen woorden vertellen"),
        ("Something else, or I do not know", "You can tell it in your own words on the next page"), [],
    ),
]  # fmt: skip

TILES: list[dict[str, Any]] = [
    {
        "code": code, "icon": icon, "title_nl": nl[0], "hint_nl": nl[1], "title_en": en[0], "hint_en": en[1],
        "topics": topics, "order": 10 * place,
    }
    for place, (code, icon, nl, en, topics) in enumerate(_TILES, start=1)
]  # fmt: skip


# words, language, what they raise to
_KEYWORDS: list[tuple[str, str, str]] = [
    ("zelfmoord", "nl", "urgent"), ("suïcide", "nl", "urgent"), ("wil niet meer leven", "nl", "urgent"),
    ("einde aan mijn leven", "nl", "emergency"), ("afscheidsbrief", "nl", "emergency"),
    ("overdosis", "nl", "emergency"), ("mezelf iets aandoen", "nl", "emergency"), ("bedreigt me", "nl", "urgent"),
    ("slaat me", "nl", "urgent"), ("suicide", "en", "urgent"), ("do not want to live", "en", "urgent"),
    ("end my life", "en", "emergency"), ("kill myself", "en", "emergency"), ("goodbye letter", "en", "emergency"),
    ("overdose", "en", "emergency"), ("threatens me", "en", "urgent"), ("hits me", "en", "urgent"),
]  # fmt: skip
KEYWORDS: list[dict[str, Any]] = [
    {"phrase": phrase, "language": language, "raises_to": raises_to} for phrase, language, raises_to in _KEYWORDS
]


def install_keywords(model: Any, using: str) -> None:
    """Begin the list of words that raise; what the coordinator changed or removed stays so."""
    if not model.objects.using(using).exists():
        model.objects.using(using).bulk_create([model(**row) for row in KEYWORDS])


LIMITS: dict[str, str] = {
    "text_nl": """Wat je vertelt, blijft tussen jou en de mensen die je helpen. Zij mogen er met niemand over praten.

Je leidinggevende hoort niets. Ook niet dat je hier bent. Ook je familie hoort niets, als jij dat niet wilt.

Soms mogen we niet zwijgen. Dat is zo als er gevaar is voor jou, voor een ander of voor de organisatie. \
Of als er thuis geweld is. Of als de wet het van ons vraagt.

Dan overleggen we eerst met een collega. We vertellen het je vooraf, als dat veilig kan. Een tweede collega moet \
het ermee eens zijn.

Verder geven we alleen iets door als jij ja zegt. Je mag je ja altijd weer intrekken.

We houden een dossier bij. Je mag alles lezen wat erin staat. Klopt iets niet? Dan laat je het verbeteren.""",
    "text_en": """What you tell us stays between you and the people who help you. They tell nobody.

Your manager hears nothing. Not even that you are here. Your family hears nothing either, unless you want it.

Sometimes we may not stay silent. That is so when there is danger for you, someone else or the organisation. \
Or when there is violence at home. Or when the law asks it of us.

Then we first talk with a colleague. We tell you beforehand, if that is safe. A second colleague has to agree.

Apart from that we pass something on only when you say yes. You can always take back your yes.

We keep a file. You may read everything in it. Is something not right? Then you have it corrected.""",
}
"""What confidentiality means and where it ends, to begin with; the coordinator keeps it."""


def install_limits(model: Any, using: str, at: Any) -> None:
    """The first version, when there is none."""
    if not model.objects.using(using).exists():
        model.objects.using(using).create(number=1, published_at=at, **LIMITS)


def install(model: Any, using: str) -> None:
    """Add what is missing; never change what is there. ``model`` gives a model of cases by name; may run twice."""
    for topic in TOPICS:
        model("Topic").objects.using(using).get_or_create(code=topic["code"], defaults=topic)
    for tile in TILES:
        model("TopicTile").objects.using(using).get_or_create(code=tile["code"], defaults=tile)
