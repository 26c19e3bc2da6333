from django.apps import AppConfig


class EgressConfig(AppConfig):
    name = "egress"
    label = "egress"
    verbose_name = "Outgoing requests"
