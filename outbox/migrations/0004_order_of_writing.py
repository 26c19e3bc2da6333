from django.db import migrations


class Migration(migrations.Migration):
    """A column that only the numbering reads: the place of each change among all that were written, by one counter.

    No field of the model, so that nobody sets it; rows from before have none. Nothing is written anew.
    """

    dependencies = [
        ('outbox', '0003_lists_of_the_admin'),
    ]

    operations = [
        migrations.RunSQL(
            sql=[
                'CREATE SEQUENCE outbox_change_written AS bigint',
                'ALTER TABLE outbox_change ADD COLUMN written bigint',
                "ALTER TABLE outbox_change ALTER COLUMN written SET DEFAULT nextval('outbox_change_written')",
                'ALTER SEQUENCE outbox_change_written OWNED BY outbox_change.written',
            ],
            reverse_sql=['ALTER TABLE outbox_change DROP COLUMN written'],
        ),
    ]
