"""The consented log: participants, interactions by month, and their anonymous sums."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from insights.enums import Interaction, Surface

INTERACTIONS = [(one.value, one.value) for one in Interaction]
SURFACES = [(one.value, one.value) for one in Surface]


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Participant",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("device_hash", models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ("wording", models.PositiveSmallIntegerField()),
                ("agreed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("seen_on", models.DateField(db_index=True, help_text="the day of the last interaction, or of the consent")),
                (
                    "user",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        name="participant_person_or_device",
                        condition=models.Q(("device_hash", None), ("user__isnull", False)) | models.Q(("device_hash__isnull", False), ("user", None)),
                    )
                ],
            },
        ),
        # A table partitioned by month: Django cannot say that, so the database part is SQL. The default partition takes what no month is there for.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    """
                    CREATE SEQUENCE insights_interaction_id;
                    CREATE TABLE insights_interaction (
                        id bigint NOT NULL DEFAULT nextval('insights_interaction_id'),
                        day date NOT NULL,
                        participant_id bigint NOT NULL REFERENCES insights_participant (id) ON DELETE CASCADE,
                        interaction varchar(10) NOT NULL,
                        event_id uuid,
                        followed varchar(200) NOT NULL DEFAULT '',
                        surface varchar(10) NOT NULL DEFAULT '',
                        rank smallint CHECK (rank >= 0),
                        at timestamptz NOT NULL,
                        PRIMARY KEY (day, id),
                        CONSTRAINT interaction_once UNIQUE NULLS NOT DISTINCT (participant_id, interaction, event_id, followed, day),
                        CONSTRAINT interaction_of_an_event CHECK ((event_id IS NULL) = (followed <> ''))
                    ) PARTITION BY RANGE (day);
                    CREATE TABLE insights_interaction_default PARTITION OF insights_interaction DEFAULT;
                    CREATE INDEX interaction_event ON insights_interaction (event_id, interaction) WHERE event_id IS NOT NULL;
                    """,
                    "DROP TABLE insights_interaction; DROP SEQUENCE insights_interaction_id;",
                ),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="InteractionRow",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("day", models.DateField(help_text="by UTC; the partition key")),
                        ("interaction", models.CharField(choices=INTERACTIONS, max_length=10)),
                        ("event_id", models.UUIDField(blank=True, null=True)),
                        ("followed", models.CharField(blank=True, default="", max_length=200)),
                        ("surface", models.CharField(blank=True, choices=SURFACES, default="", max_length=10)),
                        ("rank", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("at", models.DateTimeField()),
                        (
                            "participant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="insights.participant",
                            ),
                        ),
                    ],
                    options={"verbose_name": "interaction", "db_table": "insights_interaction"},
                ),
            ],
        ),
        migrations.CreateModel(
            name="InteractionSum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("city_id", models.UUIDField(blank=True, help_text="none: online, or outside every city", null=True)),
                ("category", models.CharField(blank=True, default="", max_length=40)),
                ("interaction", models.CharField(choices=INTERACTIONS, max_length=10)),
                ("surface", models.CharField(blank=True, default="", max_length=10)),
                ("times", models.PositiveIntegerField()),
                ("participants", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "sum of interactions",
                "verbose_name_plural": "sums of interactions",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "city_id", "category", "interaction", "surface"), name="interaction_sum_once", nulls_distinct=False
                    )
                ],
            },
        ),
    ]
