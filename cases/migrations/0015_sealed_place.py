"""Where a conversation is can be somebody's home: sealed, like everything that is written about a person."""

from typing import Any

from django.db import migrations

from accounts import vault
from accounts.sealed import SealedText


def seal_places(apps: Any, schema_editor: Any) -> None:
    """As the field itself does it: bound to its table, column, row and key."""
    session = apps.get_model("cases", "Session")
    found = session.objects.using(schema_editor.connection.alias).exclude(place_in_clear="")
    rows = found.select_related("case__data_key")
    with schema_editor.connection.cursor() as cursor:
        for row in rows.iterator(chunk_size=1000):
            key = row.case.data_key
            secret = vault.unwrap(key.wrapped_by, bytes(key.wrapped), str(key.pk))
            sealed = vault.seal(secret, row.place_in_clear, f"cases_session|place|{row.pk}|{key.pk}")
            cursor.execute("UPDATE cases_session SET place = %s WHERE id = %s", [sealed, row.pk])


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_ways_to_call")]

    operations = [
        migrations.RenameField("session", "place", "place_in_clear"),
        migrations.AddField("session", "place", SealedText()),
        migrations.RunPython(seal_places, migrations.RunPython.noop),
        migrations.RemoveField("session", "place_in_clear"),
    ]
