"""What the demo's directory says: sixty fictional entries. Numbers and addresses reach nobody; the helplines are those
of every page."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Both:
    """A text in Dutch and in English."""

    nl: str
    en: str


@dataclass(frozen=True)
class Kind:
    """The same kind of help in every region. ``names`` are those of the providers, in the order of TOWNS."""

    needs: tuple[str, ...]
    name: Both
    about: Both
    for_whom: Both
    how: Both
    wait: Both
    names: tuple[str, ...]
    fees: Both = Both("Gratis.", "Free.")
    is_free: bool = True
    family: bool = True
    kind: str = "help"
    languages: tuple[str, ...] = ("nl",)
    cost: tuple[str, str, int] | None = None  # what, in Dutch and in English, and how much
    papers: tuple[Both, ...] = ()
    register: str = ""


TOWNS: dict[str, tuple[str, str]] = {
    # region: (town, postal code)
    "west": ("Zandoord", "0000 AA"),
    "noord": ("Veenhuis", "0000 AB"),
    "oost": ("Roggeveld", "0000 AC"),
    "midden": ("Kruispoort", "0000 AD"),
    "zuid": ("Beekdal", "0000 AE"),
    "buitenland": ("Koraalstad", "0000 AF"),
}

REGIONAL: tuple[Kind, ...] = (
    Kind(
        ("debts", "housing"), Both("Schuldhulpverlening", "Help with debts"),
        Both(
            "Samen je geld op orde. We kijken naar inkomsten en schulden en praten met wie geld van je krijgt.",
            "Getting your money in order together. We look at income and debts, and talk to who you owe.",
        ),
        Both("Iedereen die in deze regio woont.", "Everyone who lives in this region."),
        Both("Bel, of vul het formulier op de website in. Een verwijzing is niet nodig.",
             "Call, or use the form on the website. You need no referral."),
        Both("Binnen 2 weken een eerste gesprek", "A first talk within 2 weeks"),
        ("Geldloket Zandoord", "Noorder Geldhulp", "Geldwijzer Roggeveld", "Midden Schuldhulp", "Budgethuis Beekdal",
         "Geldhulp Overzee"),
        languages=("nl", "en", "ar", "tr"),
        papers=(
            Both("Loonstrook van de laatste drie maanden", "Payslips of the last three months"),
            Both("Overzicht van je schulden", "A list of your debts"),
        ),
    ),
    Kind(
        ("low-mood", "burnout", "trauma"), Both("Psychologische hulp", "Psychological help"),
        Both(
            "Gesprekken met een psycholoog bij somberheid, angst, stress of na een schokkende gebeurtenis.",
            "Talks with a psychologist about low mood, fear, stress, or after a shocking event.",
        ),
        Both("Volwassenen met een verwijzing van de huisarts.", "Adults with a referral by their doctor."),
        Both("Vraag je huisarts om een verwijzing en meld je aan op de website.",
             "Ask your general practitioner for a referral and apply on the website."),
        Both("8 tot 12 weken", "8 to 12 weeks"),
        ("Praktijk De Zandloper", "Psychologen Veenrand", "Praktijk Roggebloem", "Psychologen Kruispoort",
         "Praktijk Beekoever", "Koraal Psychologen"),
        Both("De zorgverzekeraar betaalt. Het eigen risico is voor jou.",
             "Health insurance pays. Your own deductible applies."),
        is_free=False, family=False, languages=("nl", "en", "de"),
        cost=("Eigen risico per jaar", "Deductible per year", 385),
    ),
    Kind(
        ("addiction",), Both("Hulp bij verslaving", "Help with addiction"),
        Both(
            "Minder of stoppen met drank, drugs, gokken of gamen. Ook gesprekken voor wie naast je staat.",
            "Less or no more alcohol, drugs, gambling or gaming. Also talks for who is close to you.",
        ),
        Both("Iedereen vanaf 16 jaar, en naasten.", "Everyone from the age of 16, and those close to them."),
        Both("Bel voor een eerste gesprek. Dat mag zonder je naam te zeggen.",
             "Call for a first talk. You need not give your name."),
        Both("3 weken", "3 weeks"),
        ("Schone Start West", "Houvast Noord", "Schone Start Oost", "Houvast Midden", "Schone Start Zuid",
         "Houvast Overzee"),
        languages=("nl", "en", "pl"),
    ),
    Kind(
        ("family-law", "relationship"), Both("Mediation en familierecht", "Mediation and family law"),
        Both(
            "Uit elkaar met weinig strijd: afspraken over kinderen, wonen en geld, en advies van een advocaat.",
            "Parting with as little strife as possible: agreements about children, home and money, and legal advice.",
        ),
        Both("Wie uit elkaar gaat, met of zonder kinderen.", "Who is parting, with or without children."),
        Both("Maak een afspraak. Het eerste half uur is gratis.", "Make an appointment. The first half hour is free."),
        Both("Meestal binnen een week", "Usually within a week"),
        ("Van Duin Familierecht", "Noorderlicht Mediation", "Advocaten De Rogge", "Kruispoort Mediation",
         "Beek en Dal Familierecht", "Mediation Koraal"),
        Both("Per uur. Met een laag inkomen betaalt de overheid een deel.",
             "By the hour. With a low income the state pays a part."),
        is_free=False, languages=("nl", "en"), cost=("Per uur", "Per hour", 195),
        papers=(Both("Trouwboekje of samenlevingscontract", "Proof of marriage or partnership"),),
    ),
    Kind(
        ("mourning", "meaning"), Both("Rouwgroep en rouwgesprekken", "Mourning group and talks"),
        Both(
            "Praten over verlies, alleen of in een kleine groep met anderen die iemand missen.",
            "Talking about loss, alone or in a small group with others who miss somebody.",
        ),
        Both("Iedereen die iemand verloren heeft, ook lang geleden.", "Everyone who lost somebody, also long ago."),
        Both("Bel of mail. We bellen je binnen een week terug.", "Call or mail. We call you back within a week."),
        Both("Een groep begint elke 6 weken", "A group begins every 6 weeks"),
        ("Rouwhuis Zandoord", "De Noorderpoort Rouwzorg", "Rouwhuis Roggeveld", "Stilte en Steun Midden",
         "Rouwhuis Beekdal", "Steunkring Koraalstad"),
    ),
    Kind(
        ("youth", "parenting", "home-front"), Both("Hulp voor gezin en jongeren", "Help for family and young people"),
        Both(
            "Een gezinscoach denkt mee over opvoeden, school en spanning thuis, ook als een ouder op missie is.",
            "A family coach thinks along about raising children, school and tension at home, also during a mission.",
        ),
        Both("Gezinnen met kinderen tot 23 jaar.", "Families with children up to 23."),
        Both("Bel de jeugdconsulent van deze regio.", "Call the youth adviser of this region."),
        Both("4 weken", "4 weeks"),
        ("Gezinshuis De Duin", "Jong Noord", "Gezinscoach Oost", "Jeugdpunt Midden", "Gezinshuis De Beek",
         "Jong Overzee"),
        languages=("nl", "en", "uk"),
    ),
    Kind(
        ("coaching", "work", "burnout"), Both("Loopbaan- en stresscoach", "Career and stress coach"),
        Both(
            "Vijf tot negen gesprekken over werk dat niet meer past, grenzen stellen en weer energie krijgen.",
            "Five to nine talks about work that no longer fits, setting limits and getting energy back.",
        ),
        Both("Medewerkers, in overleg met de maatschappelijk werker.", "Staff, together with the social worker."),
        Both("Via je maatschappelijk werker, of zelf als je het zelf betaalt.",
             "By your social worker, or by yourself when you pay for it."),
        Both("2 weken", "2 weeks"),
        ("Coachpraktijk Helmgras", "Coach aan het Veen", "De Rechte Voor Coaching", "Coachpraktijk Viersprong",
         "Beekzicht Coaching", "Passaat Coaching"),
        Both("Per gesprek. Vraag eerst of de werkgever betaalt.",
             "By talk. Ask first whether the employer pays."),
        is_free=False, family=False, kind="coach", languages=("nl", "en"),
        cost=("Per gesprek", "Per talk", 125), register="NOBCO",
    ),
)  # fmt: skip


def national(needs: tuple[str, ...], provider: str, name: Both, about: Both, how: Both, **more: Any) -> dict[str, Any]:
    return {"needs": needs, "provider": provider, "name": name, "about": about, "how": how} | more


_LINE = Both("Bel. Je hoeft je naam niet te zeggen.", "Call. You need not give your name.")
_FUND = Both("Je maatschappelijk werker vraagt het samen met je aan.", "Your social worker applies together with you.")

NATIONAL: tuple[dict[str, Any], ...] = (
    national(
        ("suicide",), "113 Zelfmoordpreventie", Both("113 Zelfmoordpreventie", "113 Suicide Prevention"),
        Both("Praten over denken aan zelfmoord, dag en nacht.", "Talking about thoughts of suicide, day and night."),
        _LINE, kind="helpline", helpline="113",
    ),
    national(
        ("safety",), "Veilig Thuis", Both("Veilig Thuis", "Veilig Thuis (safe at home)"),
        Both("Advies en hulp bij geweld of dwang thuis.", "Advice and help with violence or control at home."),
        _LINE, kind="helpline", helpline="veilig-thuis",
    ),
    national(
        ("sexual-violence",), "Centrum Seksueel Geweld", Both("Centrum Seksueel Geweld", "Sexual Violence Centre"),
        Both("Hulp na aanranding of verkrachting, ook medisch.", "Help after assault or rape, also medical."),
        _LINE, kind="helpline", helpline="seksueel-geweld",
    ),
    national(
        ("listening", "meaning"), "De Luisterlijn", Both("De Luisterlijn", "The Listening Line"),
        Both("Iemand die luistert, dag en nacht.", "Somebody who listens, day and night."),
        _LINE, kind="helpline", helpline="luisterlijn",
    ),
    national(
        ("meaning", "listening"), "Huis voor Bezinning", Both("Geestelijk verzorger van dienst", "Chaplain on duty"),
        Both("Een luisterend oor, ook zonder geloof. Er gaat niets mee.", "A listening ear, with or without a faith."),
        _LINE, kind="helpline", helpline="geestelijk-verzorger",
    ),
    national(
        ("fund", "debts"), "Steunfonds De Kazerne", Both("Noodhulp in geld", "Emergency money"),
        Both("Een gift als iets niet kan wachten, zoals een kapotte wasmachine.",
             "A gift when something cannot wait, such as a broken washing machine."),
        _FUND, kind="fund", amount=Both("Tot 750 euro per jaar, een gift.", "Up to 750 euros a year, a gift."),
        for_whom=Both("Medewerkers met een laag inkomen.", "Staff with a low income."),
    ),
    national(
        ("fund", "debts"), "Steunfonds De Kazerne", Both("Renteloze lening", "Interest-free loan"),
        Both("Geld lenen zonder rente om duurdere schulden af te lossen.",
             "Borrowing without interest to pay off dearer debts."),
        _FUND, kind="fund", amount=Both("Tot 5.000 euro, terug in drie jaar.", "Up to 5,000 euros, over three years."),
        for_whom=Both("Medewerkers met een vast contract.", "Staff with a permanent contract."),
    ),
    national(
        ("fund", "mourning"), "Fonds Nabestaanden Zilver", Both("Bijdrage na een overlijden", "Money after a death"),
        Both("Voor uitvaart, reis of een rustige week na een verlies.", "For a funeral, travel or a quiet week."),
        _FUND, kind="fund", family=True, amount=Both("Tot 2.500 euro.", "Up to 2,500 euros."),
        for_whom=Both("Partner, kinderen en ouders.", "Partner, children and parents."),
    ),
    national(
        ("fund", "veterans"), "Veteranenfonds Zilver", Both("Bijdrage voor veteranen", "Money for veterans"),
        Both("Voor hulp die niemand anders betaalt.", "For help that nobody else pays."),
        _FUND, kind="fund", amount=Both("Wat nodig is, na een gesprek.", "What is needed, after a talk."),
        for_whom=Both("Veteranen en hun gezin.", "Veterans and their families."), family=True,
    ),
    national(
        ("fund", "youth"), "Kinderfonds Bries", Both("Geld voor sport en school", "Money for sports and school"),
        Both("Contributie, schoolspullen of een fiets voor een kind.", "Club fees, school things or a bicycle."),
        _FUND, kind="fund", family=True, amount=Both("Tot 400 euro per kind per jaar.", "Up to 400 euros a child."),
        for_whom=Both("Gezinnen die weinig overhouden.", "Families with little left."),
    ),
    national(
        ("veterans", "trauma"), "Veteranenhuis De Ankerplaats", Both("Buddy voor veteranen", "Buddy for veterans"),
        Both("Een oud-collega die naast je staat en de weg kent.", "A former colleague who knows the way."),
        Both("Bel of loop binnen.", "Call or walk in."), family=True,
    ),
    national(
        ("veterans", "home-front"), "Veteranenhuis De Ankerplaats",
        Both("Gespreksgroep voor partners", "Talking group for partners"),
        Both("Elke maand een avond voor partners van veteranen.", "An evening every month for partners."),
        Both("Meld je aan per mail.", "Apply by mail."), family=True,
    ),
    national(
        ("trauma",), "Traumacentrum Tweede Adem", Both("Behandeling na schokkende gebeurtenissen", "Trauma treatment"),
        Both("Emdr en andere behandeling, ook kort en elke dag.", "Emdr and other treatment, also short and daily."),
        Both("Met een verwijzing van de huisarts of bedrijfsarts.", "With a referral by a doctor."),
        wait=Both("6 weken", "6 weeks"), is_free=False, languages=("nl", "en"),
    ),
    national(
        ("home-front", "parenting"), "Thuisfront Samen", Both("Dagen voor het thuisfront", "Days for the home front"),
        Both("Ontmoet andere gezinnen van wie iemand op missie is.", "Meet other families with somebody away."),
        Both("Kijk in de agenda op de website.", "See the calendar on the website."), family=True,
        languages=("nl", "en", "es"),
    ),
    national(
        ("illness", "caring"), "Mantelsteun", Both("Steun voor mantelzorgers", "Support for carers"),
        Both("Advies, en iemand die de zorg een paar dagen overneemt.", "Advice, and somebody who takes over."),
        Both("Bel het adviespunt.", "Call the advice desk."), family=True,
    ),
    national(
        ("conflict",), "Meldhuis Werk", Both("Advies bij pesten of discriminatie", "Advice on bullying"),
        Both("Onafhankelijk advies over wat je kunt doen.", "Independent advice on what you can do."),
        Both("Bel of chat. Je naam is niet nodig.", "Call or chat. Without your name."), languages=("nl", "en", "fr"),
    ),
    national(
        ("housing",), "Dak Boven", Both("Tijdelijk een kamer", "A room for a while"),
        Both("Een kamer voor drie maanden na een scheiding of brand.", "A room for three months after a divorce."),
        Both("Alleen via een maatschappelijk werker.", "Only by a social worker."), is_free=False,
        wait=Both("Nu geen kamer vrij", "No room free now"), state="paused",
    ),
    national(
        ("youth", "listening"), "Praatbank", Both("Chat voor jongeren", "Chat for young people"),
        Both("Chatten over alles, zonder naam.", "Chatting about anything, without a name."),
        Both("Open de chat op de website.", "Open the chat on the website."), family=True,
        ages=(12, 24),
    ),
)  # fmt: skip
