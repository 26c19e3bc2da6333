"""Signals of insights.

`judged`: anomalies that began (`begun`) and those whose alert is to end (`ended`: usual again, answered with no, or hidden), rows of
`insights.models.Anomaly`; `now`. It is sent within the transaction that writes them, so that what is told is what is kept.
"""

from django.dispatch import Signal

judged = Signal()
