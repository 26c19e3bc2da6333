"""The field is named as what it records, an alert. The column keeps its name, which running processes use."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("egress", "0001_quota_use")]

    operations = [
        migrations.AlterField("quotause", "alarmed_at", models.DateTimeField(blank=True, db_column="alarmed_at", null=True)),
        migrations.RenameField("quotause", "alarmed_at", "alerted_at"),
    ]
