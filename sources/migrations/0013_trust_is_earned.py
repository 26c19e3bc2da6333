"""Sources with the word that was the default, normal, are trusted by verdicts from now on. Every other word stays."""

from typing import Any

import sources.enums
from django.conf import settings
from django.db import migrations, models


def earn(apps: Any, _schema_editor: Any) -> None:
    apps.get_model("sources", "Source").objects.filter(trust="normal").update(trust="earned")


def no_longer_earn(apps: Any, _schema_editor: Any) -> None:
    apps.get_model("sources", "Source").objects.filter(trust="earned").update(trust="normal")


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0011_members_keep_their_cities'),
        ('sources', '0012_usual_untold_and_as_of'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='source',
            name='source_trust',
        ),
        migrations.AlterField(
            model_name='source',
            name='trust',
            field=models.CharField(choices=[('earned', 'earned'), ('trusted', 'trusted'), ('normal', 'normal'), ('doubtful', 'doubtful'), ('blocked', 'blocked')], default=sources.enums.Trust['EARNED'], help_text="earned: by moderators' verdicts on its facts; every other word stands over them", max_length=8),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('trust__in', ['earned', 'trusted', 'normal', 'doubtful', 'blocked'])), name='source_trust'),
        ),
        migrations.RunPython(earn, no_longer_earn),
    ]
