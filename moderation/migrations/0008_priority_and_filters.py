"""By what open reviews are ordered, filtered and grouped. The priority itself is renewed by a task within ten minutes."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from moderation.enums import ReviewKind
from moderation.reason_keys import keys_of

_FROM_EVIDENCE = """
UPDATE moderation_review SET
    urgency = priority,
    source = left(coalesce(evidence->>'source', ''), 120),
    category = left(coalesce(evidence->'facts'->>'category', ''), 60),
    confidence = least(
        CASE jsonb_typeof(evidence->'facts'->'quality'->'score') WHEN 'number' THEN (evidence->'facts'->'quality'->>'score')::float END,
        CASE jsonb_typeof(evidence->'facts'->'confidence'->'category') WHEN 'number' THEN (evidence->'facts'->'confidence'->>'category')::float END,
        CASE jsonb_typeof(evidence->'similarity') WHEN 'number' THEN (evidence->>'similarity')::float END,
        CASE jsonb_typeof(evidence->'similar'->0->'similarity') WHEN 'number' THEN (evidence->'similar'->0->>'similarity')::float END
    )
"""
_FROM_EVENTS = """
UPDATE moderation_review r SET series = e.series_id, place = e.place_id
FROM events_event e WHERE e.id = r.object_id AND r.state = 'open'
"""


def name_reasons(apps, schema_editor):
    Review = apps.get_model('moderation', 'Review')
    changed = []
    for review in Review.objects.filter(state='open').only('kind', 'reasons').iterator(chunk_size=500):
        review.reason_keys = keys_of(ReviewKind(review.kind), review.reasons)
        changed.append(review)
    Review.objects.bulk_update(changed, ['reason_keys'], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0007_decisions_in_the_log'),
        ('places', '0011_members_keep_their_cities'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='review',
            name='review_queue',
        ),
        migrations.AddField(
            model_name='review',
            name='audience',
            field=models.PositiveIntegerField(default=0, help_text='how many have seen, booked or shared it'),
        ),
        migrations.AddField(
            model_name='review',
            name='category',
            field=models.CharField(blank=True, default='', max_length=60),
        ),
        migrations.AddField(
            model_name='review',
            name='confidence',
            field=models.FloatField(blank=True, help_text='0 to 1: how certain the machine is; empty where it does not say', null=True),
        ),
        migrations.AddField(
            model_name='review',
            name='place',
            field=models.UUIDField(blank=True, help_text='the venue of its event', null=True),
        ),
        migrations.AddField(
            model_name='review',
            name='reason_keys',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='review',
            name='series',
            field=models.UUIDField(blank=True, help_text='the series of its event', null=True),
        ),
        migrations.AddField(
            model_name='review',
            name='source',
            field=models.CharField(blank=True, default='', help_text='slug of the source', max_length=120),
        ),
        migrations.AddField(
            model_name='review',
            name='urgency',
            field=models.SmallIntegerField(default=0, help_text='the part of the priority that its filer sets'),
        ),
        migrations.AlterField(
            model_name='review',
            name='priority',
            field=models.SmallIntegerField(default=0, help_text='higher comes first; see `moderation.weights`'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['-priority', 'starts_at', 'id'], name='review_open'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(condition=models.Q(('state', 'open'), _negated=True), fields=['-decided_at', '-id'], name='review_closed'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['object_id'], name='review_object'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('title'), name='gin_trgm_ops'), name='review_title'),
        ),
        migrations.RunSQL(_FROM_EVIDENCE, migrations.RunSQL.noop),
        migrations.RunSQL(_FROM_EVENTS, migrations.RunSQL.noop),
        migrations.RunPython(name_reasons, migrations.RunPython.noop),
    ]
