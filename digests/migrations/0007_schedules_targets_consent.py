# Who subscribed before keeps Thursday: the day is the default of this migration, and of the next one another.

import digests.enums
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import places.validators
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('digests', '0006_door'),
        ('events', '0036_day_sources'),
        ('places', '0017_fields_of_teams'),
        ('saved_searches', '0002_too_many_a_day'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('step', models.CharField(choices=[('asked', 'asked'), ('confirmed', 'confirmed'), ('renewed', 'renewed'), ('ended', 'ended')], max_length=9)),
                ('how', models.CharField(max_length=20)),
                ('text', models.CharField(blank=True, default='', max_length=600)),
                ('language', models.CharField(blank=True, default='', max_length=16)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='delivery',
            name='delivery_kind',
        ),
        migrations.RemoveConstraint(
            model_name='subscription',
            name='subscription_unique',
        ),
        migrations.AddField(
            model_name='delivery',
            name='changed',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='delivery',
            name='marks',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='subscription',
            name='area',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='places.area'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='asked_again_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='subscription',
            name='category',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='events.category'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='consented_at',
            field=models.DateTimeField(blank=True, help_text='confirmed, or said again since', null=True),
        ),
        migrations.AddField(
            model_name='subscription',
            name='hour',
            field=models.PositiveSmallIntegerField(default=9, help_text='of the clock there'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='kind',
            field=models.CharField(choices=[('city', 'city'), ('area', 'area'), ('category', 'category'), ('search', 'search'), ('venue', 'venue'), ('organizer', 'organizer'), ('performer', 'performer')], default=digests.enums.Target['CITY'], max_length=9),
        ),
        migrations.AddField(
            model_name='subscription',
            name='looked_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='subscription',
            name='name',
            field=models.CharField(blank=True, default='', help_text='of the performer, as written', max_length=200),
        ),
        migrations.AddField(
            model_name='subscription',
            name='organizer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='events.organizer'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='paused_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='subscription',
            name='performer',
            field=models.CharField(blank=True, default='', max_length=200),
        ),
        migrations.AddField(
            model_name='subscription',
            name='place',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='places.place'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='scheduled_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name='subscription',
            name='search',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='saved_searches.savedsearch'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='timezone',
            field=models.CharField(blank=True, default='', help_text="empty: the city's", max_length=64, validators=[places.validators.validate_timezone]),
        ),
        migrations.AddField(
            model_name='subscription',
            name='weekday',
            field=models.PositiveSmallIntegerField(default=3, help_text='0 is Monday'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='kind',
            field=models.CharField(choices=[('confirmation', 'confirmation'), ('digest', 'digest'), ('link', 'link'), ('renewal', 'renewal')], max_length=12),
        ),
        migrations.AlterField(
            model_name='subscription',
            name='city',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='places.city'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(condition=models.Q(('active', True)), fields=['cadence', 'timezone', 'weekday', 'hour'], name='subscription_due'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(condition=models.Q(('active', True)), fields=['consented_at'], name='subscription_consented'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['confirmation', 'digest', 'link', 'renewal'])), name='delivery_kind'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(fields=('address_hash', 'kind', 'city', 'area', 'category', 'place', 'organizer', 'search', 'performer'), name='subscription_unique', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'city'), ('area__isnull', True), ('category__isnull', True), ('place__isnull', True), ('organizer__isnull', True), ('search__isnull', True), ('performer', ''), ('city__isnull', False)), models.Q(('kind', 'area'), models.Q(('area__isnull', True), _negated=True), ('category__isnull', True), ('place__isnull', True), ('organizer__isnull', True), ('search__isnull', True), ('performer', ''), ('city__isnull', False)), models.Q(('kind', 'category'), ('area__isnull', True), models.Q(('category__isnull', True), _negated=True), ('place__isnull', True), ('organizer__isnull', True), ('search__isnull', True), ('performer', ''), ('city__isnull', False)), models.Q(('kind', 'search'), ('area__isnull', True), ('category__isnull', True), ('place__isnull', True), ('organizer__isnull', True), models.Q(('search__isnull', True), _negated=True), ('performer', '')), models.Q(('kind', 'venue'), ('area__isnull', True), ('category__isnull', True), models.Q(('place__isnull', True), _negated=True), ('organizer__isnull', True), ('search__isnull', True), ('performer', '')), models.Q(('kind', 'organizer'), ('area__isnull', True), ('category__isnull', True), ('place__isnull', True), models.Q(('organizer__isnull', True), _negated=True), ('search__isnull', True), ('performer', '')), models.Q(('kind', 'performer'), ('area__isnull', True), ('category__isnull', True), ('place__isnull', True), ('organizer__isnull', True), ('search__isnull', True), models.Q(('performer', ''), _negated=True)), _connector='OR'), name='subscription_target'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(('hour__lte', 23), ('weekday__lte', 6)), name='subscription_hour'),
        ),
        migrations.AddField(
            model_name='consent',
            name='subscription',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='digests.subscription'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('step__in', ['asked', 'confirmed', 'renewed', 'ended'])), name='consent_step'),
        ),
    ]
