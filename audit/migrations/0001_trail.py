import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


def remove(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ChainHead',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('hash', models.CharField(blank=True, max_length=64)),
                ('length', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='audit_one_chain')],
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, verbose_name='moment')),
                ('action', models.CharField(db_index=True, max_length=100, verbose_name='action')),
                ('subject_type', models.CharField(blank=True, max_length=100, verbose_name='kind of object')),
                ('subject_id', models.CharField(blank=True, max_length=64, verbose_name='number of the object')),
                ('subject_label', models.CharField(blank=True, max_length=300, verbose_name='object')),
                ('before', models.JSONField(blank=True, encoder=django.core.serializers.json.DjangoJSONEncoder, null=True, verbose_name='before')),
                ('after', models.JSONField(blank=True, encoder=django.core.serializers.json.DjangoJSONEncoder, null=True, verbose_name='after')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('previous_hash', models.CharField(blank=True, max_length=64, verbose_name='hash of the event before')),
                ('hash', models.CharField(max_length=64, unique=True, verbose_name='hash')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
            ],
            options={
                'verbose_name': 'event of the trail',
                'verbose_name_plural': 'audit trail',
                'ordering': ['-id'],
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['subject_type', 'subject_id'], name='audit_event_subject')],
            },
        ),
        migrations.RunPython(install, remove),
    ]
