"""The words by which an entry is found: stemmed in Dutch and in English, and as they are for who misspells one.

Kept in the row, because they come from several tables. Whoever changes one of these calls ``index`` in the same
transaction.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

MOST = 30_000
"""So many signs of each list of words: the database keeps a megabyte of words of an entry at most."""

_INDEX = """
UPDATE directory_service AS s SET sought = t.sought, found_by =
    setweight(to_tsvector('dutch', t.names), 'A') || setweight(to_tsvector('english', t.names), 'A')
    || setweight(to_tsvector('dutch', t.needs_nl), 'B') || setweight(to_tsvector('english', t.needs_en), 'B')
    || setweight(to_tsvector('dutch', t.text_nl), 'C') || setweight(to_tsvector('english', t.text_en), 'C')
    || setweight(to_tsvector('simple', t.towns), 'D')
FROM (
    SELECT e.id, n.needs_nl, n.needs_en, l.towns,
        concat_ws(' ', e.name_nl, e.name_en, e.alternate_name, p.name, p.alternate_name) AS names,
        concat_ws(' ', e.about_nl, e.for_whom_nl) AS text_nl,
        concat_ws(' ', e.about_en, e.for_whom_en) AS text_en,
        lower(concat_ws(' ', e.name_nl, e.name_en, e.alternate_name, p.name, p.alternate_name, n.needs_nl, n.needs_en,
            l.towns)) AS sought
    FROM directory_service e LEFT JOIN directory_provider p ON p.id = e.provider_id
    CROSS JOIN LATERAL (
        SELECT left(coalesce(string_agg(concat_ws(' ', d.name_nl, d.words_nl), ' '), ''), {most}) AS needs_nl,
            left(coalesce(string_agg(concat_ws(' ', d.name_en, d.words_en), ' '), ''), {most}) AS needs_en
        FROM directory_service_needs m JOIN directory_need d ON d.id = m.need_id WHERE m.service_id = e.id
    ) AS n
    CROSS JOIN LATERAL (
        SELECT left(coalesce(string_agg(DISTINCT w.town, ' '), ''), {most}) AS towns
        FROM directory_serviceatplace a JOIN directory_place w ON w.id = a.place_id WHERE a.service_id = e.id
    ) AS l
    WHERE e.id = ANY(%s)
) AS t WHERE s.id = t.id
""".replace("{most}", str(MOST))


def index(services: Iterable[UUID]) -> None:
    """Bring the words of these entries up to date, however many. One query, or none."""
    if ids := list(services):
        with connection.cursor() as cursor:
            cursor.execute(_INDEX, [ids])
