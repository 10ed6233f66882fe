"""Which mail a notice was, so that replies and bounces find it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="message_id",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("message_id", ""), _negated=True), fields=["message_id"], name="notice_message_id"
            ),
        ),
    ]
