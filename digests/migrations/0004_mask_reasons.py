from django.db import migrations

from mail.failures import masked


def mask(apps, schema_editor):
    """Reasons from before were kept with the address that the server refused."""
    Delivery = apps.get_model("digests", "Delivery")
    for pk, error in Delivery.objects.filter(error__contains="@").values_list("pk", "error").iterator():
        Delivery.objects.filter(pk=pk).update(error=masked(error))


class Migration(migrations.Migration):
    dependencies = [("digests", "0003_leases_and_erasure")]

    operations = [migrations.RunPython(mask, migrations.RunPython.noop, elidable=True)]
