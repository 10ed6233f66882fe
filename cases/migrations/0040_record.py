import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0039_files"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="notedraft", name="note_draft_once"),
        migrations.AddField(
            model_name="notedraft",
            name="talk",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="cases.grouptalk"
            ),
        ),
        migrations.AlterField(
            model_name="notedraft",
            name="kind",
            field=models.CharField(
                choices=[
                    ("file", "File note"),
                    ("working", "Own working note"),
                    ("analysis", "Problem analysis"),
                    ("plan", "Plan"),
                    ("group", "Talk with a group"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="notedraft",
            constraint=models.UniqueConstraint(
                fields=("case", "author", "kind", "note", "talk"), name="note_draft_once", nulls_distinct=False
            ),
        ),
    ]
