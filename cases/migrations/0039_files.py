import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0038_verbs"),
    ]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="message",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="documents",
                to="cases.message",
            ),
        ),
        migrations.AddField(
            model_name="document", name="place", field=models.PositiveSmallIntegerField(db_default=0, default=0)
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(fields=("message", "place"), name="document_place_once"),
        ),
    ]
