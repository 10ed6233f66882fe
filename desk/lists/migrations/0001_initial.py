"""Views of the list, who follows them, and what was told."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0008_ways_to_call'),
        ('cases', '0016_words_heard_later'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=40, verbose_name='name')),
                ('query', models.CharField(blank=True, max_length=600)),
                ('created_at', models.DateTimeField()),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.team')),
            ],
        ),
        migrations.CreateModel(
            name='Following',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('is_default', models.BooleanField(default=False)),
                ('tell', models.CharField(choices=[('never', 'Never'), ('each', 'At each new request'), ('daily', 'Once a day, at 08:00'), ('many', 'After a number of new requests')], default='never', max_length=5)),
                ('after', models.PositiveSmallIntegerField(default=5)),
                ('due_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('view', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='followings', to='lists.savedview')),
            ],
        ),
        migrations.CreateModel(
            name='Match',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('told_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.case')),
                ('following', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='matches', to='lists.following')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('following', 'case'), name='match_once')],
            },
        ),
        migrations.AddIndex(
            model_name='savedview',
            index=models.Index(condition=models.Q(('team__isnull', False)), fields=['team'], name='saved_view_of_team'),
        ),
        migrations.AddIndex(
            model_name='following',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='following_due'),
        ),
        migrations.AddConstraint(
            model_name='following',
            constraint=models.UniqueConstraint(fields=('view', 'user'), name='following_once'),
        ),
        migrations.AddConstraint(
            model_name='following',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('user',), name='one_default_view'),
        ),
        migrations.AddConstraint(
            model_name='following',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_at', None), ('tell', 'never')), models.Q(models.Q(('tell', 'never'), _negated=True), ('due_at__isnull', False)), _connector='OR'), name='following_due_or_never'),
        ),
        migrations.AddConstraint(
            model_name='following',
            constraint=models.CheckConstraint(condition=models.Q(('after__gte', 1), ('after__lte', 100)), name='following_after'),
        ),
    ]
