"""`other_cities` of reviews, also of those that are open: of pairs of events and of venues."""

import django.contrib.postgres.fields
from django.db import migrations, models


def bind_open_pairs(apps, schema_editor):
    Review, Event = apps.get_model('moderation', 'Review'), apps.get_model('events', 'Event')
    PlaceMatch = apps.get_model('places', 'PlaceMatch')
    changed = []
    for review in Review.objects.filter(state='open', kind__in=('match', 'venue')).iterator(chunk_size=500):
        if review.kind == 'match':
            ids = [like['event'] for like in review.evidence.get('similar') or []]
            cities = Event.objects.filter(pk__in=ids).values_list('city_id', flat=True)
        else:
            pairs = PlaceMatch.objects.filter(pk=review.object_id).values_list('first__city_id', 'second__city_id')
            cities = [city for pair in pairs for city in pair]
        review.other_cities = sorted(set(cities) - {review.city_id}, key=str)
        if review.other_cities:
            changed.append(review)
    Review.objects.bulk_update(changed, ['other_cities'], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0005_reading_fields_and_origin'),
        ('events', '0016_offers'),
        ('places', '0010_cities_of_moderators'),
    ]

    operations = [
        migrations.AddField(
            model_name='review',
            name='other_cities',
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(null=True), blank=True, default=list, size=None,
                help_text='the cities that it concerns beside `city`: only who works in all of them sees it',
            ),
        ),
        migrations.RunPython(bind_open_pairs, migrations.RunPython.noop),
    ]
