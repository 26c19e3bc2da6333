"""Indexes of names by their beginning, in a city and everywhere, in place of one by each word."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0031_terms_by_city'),
        ('places', '0012_more_reserved_slugs'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='searchname',
            name='search_name_no_title',
        ),
        migrations.AddIndex(
            model_name='searchname',
            index=models.Index(models.F('city'), django.contrib.postgres.indexes.OpClass(models.F('folded'), name='varchar_pattern_ops'), name='search_name_begins'),
        ),
        migrations.AddIndex(
            model_name='searchname',
            index=models.Index(django.contrib.postgres.indexes.OpClass(models.F('folded'), name='varchar_pattern_ops'), condition=models.Q(('kind', 'title'), _negated=True), name='search_name_other'),
        ),
    ]
