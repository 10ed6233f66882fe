"""The letters a new organisation begins with."""

TEMPLATES: list[dict[str, str]] = [
    {
        "name_nl": "Verwijzing",
        "name_en": "Referral",
        "text_nl": """{date}
Aan {provider}
Over: {service}
Ons kenmerk: {reference}

Beste collega,

Wij vragen uw hulp voor {name}.

{question}

Samenvatting, door onze cliënt gelezen en goedgekeurd:
{summary}

Telefoon: {phone}
E-mail: {email}
Zo is contact prettig: {reach}
Taal: {language}

Wilt u ons laten weten of u kunt helpen? Onze cliënt heeft deze brief gelezen en vindt goed dat u hem krijgt. Met \
vragen kunt u bellen: {desk_phone}.

Met vriendelijke groet,
{worker}
{desk}
""",
        "text_en": """{date}
To {provider}
About: {service}
Our reference: {reference}

Dear colleague,

We ask your help for {name}.

{question}

Summary, read and approved by our client:
{summary}

Phone: {phone}
E-mail: {email}
Please keep in mind: {reach}
Language: {language}

Will you let us know whether you can help? Our client has read this letter and agrees that you get it. Do you have \
questions? Call us: {desk_phone}.

Kind regards,
{worker}
{desk}
""",
    },
    {
        "name_nl": "Vraag zonder naam",
        "name_en": "Question without a name",
        "text_nl": """{date}
Aan {provider}
Over: {service}
Ons kenmerk: {reference}

Beste collega,

Voor iemand die wij helpen, hebben wij een vraag. Wie het is, hoort u pas als dat nodig is.

{question}

Taal: {language}

Wilt u ons laten weten of u kunt helpen? Met vragen kunt u bellen: {desk_phone}.

Met vriendelijke groet,
{worker}
{desk}
""",
        "text_en": """{date}
To {provider}
About: {service}
Our reference: {reference}

Dear colleague,

We have a question for somebody whom we help. You hear who it is only when that is needed.

{question}

Language: {language}

Will you let us know whether you can help? Do you have questions? Call us: {desk_phone}.

Kind regards,
{worker}
{desk}
""",
    },
]
