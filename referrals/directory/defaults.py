"""The needs a new organisation starts with, in the words that people use. They are data: rows that can be changed."""

from collections.abc import Callable
from typing import Any

# code, name in Dutch, name in English, other words in Dutch, other words in English, topics of a case
_NEEDS: list[tuple[str, str, str, str, str, tuple[str, ...]]] = [
    (
        "debts", "Schulden en geldzorgen", "Debts and money worries",
        ("schuld, schuldhulp, schuldhulpverlening, schuldsanering, geld, geldzorgen, rood staan, lening, deurwaarder, "
        "betalingsachterstand, budgetbeheer, budgetcoach, aanmaning, loonbeslag"),
        "debt, money, loan, budget, bailiff, arrears", ("private.money",),
    ),
    (
        "fund", "Geld voor een noodgeval", "Money for an emergency",
        "fonds, noodfonds, gift, renteloze lening, steun, bijdrage, ondersteuningsfonds, vergoeding",
        "fund, gift, grant, interest-free loan", ("private.money",),
    ),
    (
        "low-mood", "Somber, bang of in de war", "Low, afraid or confused",
        "depressie, depressief, angst, paniek, psycholoog, psychische hulp, ggz, therapie, piekeren, dwang",
        "depression, anxiety, panic, psychologist, mental health, therapy", ("mental.low_mood",),
    ),
    (
        "suicide", "Denken aan zelfmoord", "Thinking of suicide", "zelfmoord, zelfdoding, suïcide, suicidaal, crisis",
        "suicide, suicidal, crisis", ("mental.suicidal_thoughts",),
    ),
    (
        "burnout", "Stress of opgebrand zijn", "Stress or burn-out",
        "burn-out, burnout, overspannen, moe, uitgeput, werkdruk, ontspannen, slapen, slecht slapen",
        "burnout, exhausted, overworked, sleep", ("work.stress_burnout", "work.pressure"),
    ),
    (
        "trauma", "Schokkende gebeurtenis", "Shocking event",
        "trauma, ptss, posttraumatische stress, emdr, nachtmerries, ongeluk, missie, uitzending",
        "trauma, ptsd, emdr, nightmares, accident", ("work.incident", "mission.return"),
    ),
    (
        "addiction", "Verslaving", "Addiction",
        "verslaafd, drank, alcohol, drugs, gokken, gokverslaving, afkicken, medicijnen, gamen",
        "addicted, alcohol, drinking, drugs, gambling, gaming", (),
    ),
    (
        "mourning", "Rouw en verlies", "Mourning and loss",
        "rouwen, overlijden, overleden, dood, verdriet, afscheid, nabestaanden, lotgenoten, uitvaart",
        "grief, bereavement, death, died, loss, funeral", ("private.bereavement",),
    ),
    (
        "relationship", "Relatie en scheiding", "Relationship and divorce",
        "scheiden, echtscheiding, uit elkaar, relatietherapie, huwelijk, mediation, bemiddeling, ruzie thuis",
        "divorce, separation, marriage, couples therapy, mediation", ("private.relationship",),
    ),
    (
        "family-law", "Recht en familie", "Law and family",
        "familierecht, advocaat, alimentatie, omgangsregeling, ouderschapsplan, jurist, rechtshulp, gezag, voogdij",
        "lawyer, alimony, custody, legal help", ("private.relationship", "private.family_children"),
    ),
    (
        "parenting", "Opvoeden en kinderen", "Parenting and children",
        "opvoeding, kind, kinderen, gezin, ouders, opvoedhulp, gezinscoach, puber, baby",
        "child, children, parents, family coach, teenager", ("private.family_children", "mission.home_front"),
    ),
    (
        "youth", "Hulp voor jongeren", "Help for young people",
        "jeugd, jeugdhulp, jongere, tiener, school, pesten, jeugdzorg, student",
        "youth, teenager, school, bullying, student", ("private.family_children",),
    ),
    (
        "safety", "Niet veilig thuis", "Not safe at home",
        "huiselijk geweld, mishandeling, geweld, bedreiging, stalking, kindermishandeling, opvang, veilig thuis",
        "domestic violence, abuse, threat, stalking, shelter", ("private.safety_home",),
    ),
    (
        "sexual-violence", "Seksueel geweld", "Sexual violence",
        "aanranding, verkrachting, misbruik, seksueel misbruik, grensoverschrijdend gedrag",
        "rape, assault, sexual abuse", ("work.unsafe_behaviour",),
    ),
    (
        "illness", "Ziekte of beperking", "Illness or disability",
        "ziek, kanker, handicap, beperking, revalidatie, chronisch ziek, pijn, hersenletsel",
        "ill, cancer, handicap, rehabilitation, chronic", ("private.care_health", "work.absence_return"),
    ),
    (
        "caring", "Zorgen voor een ander", "Caring for somebody",
        "mantelzorg, mantelzorger, zorg thuis, dementie, oudere, respijtzorg, hulp in huis",
        "carer, caregiver, dementia, respite, home care", ("private.care_health",),
    ),
    (
        "housing", "Wonen en dak boven je hoofd", "Housing",
        "woning, huis, huur, huisuitzetting, dakloos, hypotheek, onderdak, urgentie",
        "home, rent, eviction, homeless, mortgage", ("private.money",),
    ),
    (
        "work", "Ander werk of loopbaan", "Other work or career",
        "loopbaan, loopbaancoach, baan, omscholing, re-integratie, solliciteren, ontslag, tweede spoor",
        "career, job, reintegration, retraining, dismissal", ("work.career_fit", "work.absence_return", "work.change"),
    ),
    (
        "coaching", "Coaching", "Coaching",
        "coach, coachen, persoonlijke ontwikkeling, leiderschap, teamcoach, zelfvertrouwen",
        "coach, personal development, leadership", ("work.career_fit", "work.pressure"),
    ),
    (
        "conflict", "Ruzie of pesten op het werk", "Conflict or bullying at work",
        "conflict, arbeidsconflict, pesten, discriminatie, ongewenst gedrag, vertrouwenspersoon, klacht",
        "conflict, bullying, discrimination, harassment", ("work.conflict", "work.unsafe_behaviour"),
    ),
    (
        "home-front", "Thuisfront bij een missie", "Home front of a mission",
        "thuisfront, uitzending, missie, partner weg, gezin van militair, thuisfrontdag",
        "home front, deployment, mission, partner away", ("mission.home_front", "mission.before", "mission.during"),
    ),
    (
        "veterans", "Veteranen", "Veterans",
        "veteraan, veteranenzorg, nuldelijn, oud-militair, buddy, na de dienst",
        "veteran, former soldier, buddy", ("mission.return",),
    ),
    (
        "meaning", "Levensvragen en geloof", "Questions of life and faith",
        "zingeving, geloof, levensvragen, geestelijke verzorging, eenzaam, eenzaamheid, schuldgevoel",
        "meaning, faith, lonely, loneliness, guilt", ("mental.meaning",),
    ),
    (
        "listening", "Een luisterend oor", "Somebody who listens",
        "praten, luisteren, luisterlijn, chat, vrijwilliger, maatje, hulplijn, telefoon",
        "talk, listen, chat, volunteer, helpline", ("mental.meaning", "info.question"),
    ),
]  # fmt: skip

NEEDS: list[dict[str, Any]] = [
    {
        "code": code, "name_nl": nl, "name_en": en, "words_nl": words_nl, "words_en": words_en, "order": 10 * place,
        "topics": topics,
    }
    for place, (code, nl, en, words_nl, words_en, topics) in enumerate(_NEEDS, start=1)
]  # fmt: skip


def install(model: Callable[[str], Any], using: str) -> None:
    """Add what is missing; ``model`` gives the model as the migration knows it. What somebody changed stays."""
    for need in NEEDS:
        row = {name: value for name, value in need.items() if name != "topics"}
        made, is_new = model("Need").objects.using(using).get_or_create(code=need["code"], defaults=row)
        if is_new:
            topics = made.topics.model.objects.using(using)  # some may have been taken away by hand
            made.topics.set(topics.filter(pk__in=need["topics"]))
