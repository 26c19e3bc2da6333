"""All periodic tasks.

Missing entries are created and existing ones never overwritten, so that an operator's change in the admin
stays.
"""

import signal
from datetime import timedelta
from types import FrameType
from typing import Any

import structlog
from celery.schedules import crontab, schedule
from django.db import DatabaseError, close_old_connections, transaction
from django_celery_beat.schedulers import DatabaseScheduler

from config import pulse

log = structlog.get_logger(__name__)

SCHEDULE: dict[str, dict[str, Any]] = {
    "fetch due sources": {"task": "sources.tasks.fetch_due_sources", "schedule": crontab()},
    "process inboxes": {"task": "sources.tasks.process_inboxes", "schedule": crontab()},
    "release lost runs": {
        "task": "sources.tasks.process_stuck_runs",
        "schedule": schedule(timedelta(seconds=20)),
    },
    "back up": {"task": "config.tasks.back_up", "schedule": crontab(hour="1", minute="20")},
    "look at backups": {"task": "config.tasks.look_at_backups", "schedule": crontab(minute="35")},
    "ship the log of the database": {"task": "config.tasks.ship_wal", "schedule": crontab()},
    "tell operators": {"task": "sources.tasks.notify_operators", "schedule": crontab()},
    "judge sources": {"task": "sources.tasks.process_health", "schedule": crontab(minute="*/10")},
    "look at robots.txt and terms": {
        "task": "sources.tasks.fetch_site_policies",
        "schedule": crontab(hour="*/6", minute="35"),
    },
    "look at credentials": {
        "task": "sources.tasks.process_credentials",
        "schedule": crontab(hour="4", minute="10"),
    },
    "make payload partitions": {
        "task": "sources.tasks.process_payload_partitions",
        "schedule": crontab(hour="2", minute="10"),
    },
    "let series go on": {"task": "sources.tasks.process_series", "schedule": crontab(hour="2", minute="40")},
    "learn what is usual": {
        "task": "sources.tasks.process_usual",
        "schedule": crontab(hour="2", minute="50", day_of_week="1"),
    },
    "match changed events again": {
        "task": "sources.tasks.process_rematch",
        "schedule": crontab(minute="5-59/10"),
    },
    "render sample feeds": {"task": "sources.tasks.fetch_samples", "schedule": crontab(hour="0", minute="5")},
    "archive past events": {"task": "events.tasks.archive_past", "schedule": crontab(hour="3", minute="20")},
    "count queries": {"task": "events.tasks.add_up_queries", "schedule": crontab()},
    "forget queries": {"task": "events.tasks.forget_queries", "schedule": crontab(hour="3", minute="23")},
    "forget invitations": {
        "task": "events.tasks.forget_invitations",
        "schedule": crontab(hour="3", minute="26"),
    },
    "end offers": {"task": "registrations.tasks.expire_offers", "schedule": crontab()},
    "tell registrants of changes": {
        "task": "registrations.tasks.tell_of_changes",
        "schedule": crontab(),
    },
    "mail registrations": {"task": "registrations.tasks.send_waiting", "schedule": crontab()},
    "forget registrations": {
        "task": "registrations.tasks.forget_registrations",
        "schedule": crontab(hour="3", minute="28"),
    },
    "finish written events": {"task": "organizers.tasks.finish_sent", "schedule": crontab()},
    "forget written events": {
        "task": "organizers.tasks.forget_written",
        "schedule": crontab(hour="3", minute="29"),
    },
    "follow saved searches": {
        "task": "saved_searches.tasks.follow_changes",
        "schedule": schedule(timedelta(seconds=5)),
    },
    "add up interactions": {
        "task": "insights.tasks.add_up_interactions",
        "schedule": crontab(minute="4"),
    },
    "add up figures": {"task": "insights.tasks.add_up_figures", "schedule": crontab()},
    "count cohorts": {"task": "insights.tasks.count_cohorts", "schedule": crontab(minute="9,59")},
    "look for anomalies": {"task": "insights.tasks.look_for_anomalies", "schedule": crontab(minute="24,54")},
    "forget intake": {"task": "insights.tasks.forget_intake", "schedule": crontab(hour="2", minute="34")},
    "expect": {"task": "insights.tasks.expect", "schedule": crontab(minute="41")},
    "forecast sources": {"task": "operations.tasks.forecast_sources", "schedule": crontab(minute="47")},
    "forget expectations": {
        "task": "insights.tasks.forget_expectations",
        "schedule": crontab(hour="2", minute="36"),
    },
    "train recommenders": {
        "task": "insights.tasks.train_recommenders",
        "schedule": crontab(hour="2", minute="44"),
    },
    "add new factors": {"task": "insights.tasks.add_new_factors", "schedule": crontab()},
    "forget interactions": {
        "task": "insights.tasks.forget_interactions",
        "schedule": crontab(hour="2", minute="14"),
    },
    "moderate ratings": {"task": "ratings.tasks.moderate_ratings", "schedule": crontab()},
    "moderate photos": {"task": "galleries.tasks.moderate_photos", "schedule": crontab()},
    "forget photo files": {
        "task": "galleries.tasks.forget_photo_files",
        "schedule": crontab(hour="4", minute="44"),
    },
    "renew means": {"task": "ratings.tasks.renew_means", "schedule": crontab(hour="3", minute="38")},
    "forget hits": {"task": "saved_searches.tasks.forget_hits", "schedule": crontab(hour="3", minute="29")},
    "follow changes for notices": {
        "task": "notices.tasks.follow_changes",
        "schedule": schedule(timedelta(seconds=5)),
    },
    "remind people": {"task": "notices.tasks.remind", "schedule": crontab()},
    "tell moderators": {"task": "notices.tasks.tell_moderators", "schedule": crontab(minute="4")},
    "tell of the quality of data": {
        "task": "sources.tasks.notify_of_quality",
        "schedule": crontab(minute="14"),
    },
    "send notices": {"task": "notices.tasks.send_waiting", "schedule": crontab()},
    "forget notices": {"task": "notices.tasks.forget_notices", "schedule": crontab(hour="3", minute="32")},
    "count views": {"task": "events.tasks.add_up_acts", "schedule": crontab()},
    "forget views": {"task": "events.tasks.forget_days", "schedule": crontab(hour="3", minute="24")},
    "tell search engines": {"task": "events.tasks.submit_changes", "schedule": crontab(minute="4-59/10")},
    "purge the CDN": {"task": "events.tasks.purge_cdn", "schedule": crontab()},
    "refresh trends": {"task": "events.tasks.refresh_trends", "schedule": crontab(minute="1-59/5")},
    "anonymize contacts": {
        "task": "events.tasks.anonymize_contacts",
        "schedule": crontab(hour="3", minute="25"),
    },
    "anonymize reviews": {
        "task": "moderation.tasks.anonymize_evidence",
        "schedule": crontab(hour="3", minute="27"),
    },
    "order the queue": {"task": "moderation.tasks.order_queue", "schedule": crontab(minute="2-59/10")},
    "carry out opt-outs": {
        "task": "moderation.tasks.carry_out_opt_outs",
        "schedule": crontab(minute="*/5"),
    },
    "forget who reported": {
        "task": "moderation.tasks.forget_reporters",
        "schedule": crontab(hour="3", minute="28"),
    },
    "report on labels": {
        "task": "moderation.tasks.write_label_report",
        "schedule": crontab(hour="3", minute="15", day_of_week="1"),
    },
    "go on with bulk decisions": {"task": "moderation.tasks.resume_bulk", "schedule": crontab()},
    "clear old staged text": {
        "task": "sources.tasks.process_staged_retention",
        "schedule": crontab(hour="2", minute="20"),
    },
    "let missing events go": {"task": "events.tasks.mark_gone", "schedule": crontab(hour="3", minute="30")},
    "embed new events": {"task": "events.tasks.embed_missing", "schedule": crontab(minute="*/2")},
    "follow the vocabulary": {
        "task": "events.tasks.follow_vocabulary",
        "schedule": schedule(timedelta(seconds=10)),
    },
    "refresh outdated documents": {"task": "events.tasks.refresh_outdated", "schedule": crontab()},
    "forget former texts": {"task": "events.tasks.forget_former_texts", "schedule": crontab(minute="35")},
    "fetch pictures": {"task": "events.tasks.fetch_pictures", "schedule": crontab()},
    "forget pictures": {"task": "events.tasks.forget_pictures", "schedule": crontab(hour="4", minute="40")},
    "forget expired facts": {"task": "places.tasks.forget_expired", "schedule": crontab(minute="25")},
    "let states of places expire": {"task": "places.tasks.let_states_expire", "schedule": crontab()},
    "refresh watched places": {
        "task": "realtime.tasks.refresh_watched_places",
        "schedule": crontab(minute="*/15"),
    },
    "geocode places": {"task": "places.tasks.geocode_missing", "schedule": crontab(minute="*/5")},
    "liken places": {"task": "places.tasks.liken_places", "schedule": crontab(minute="35")},
    "chain the log": {"task": "audit.tasks.chain", "schedule": crontab()},
    "beat the heart": {"task": "operations.tasks.beat", "schedule": crontab()},
    "number changes": {"task": "outbox.tasks.number_changes", "schedule": crontab()},
    "forget guesses and sessions": {
        "task": "accounts.tasks.forget_guesses_and_sessions",
        "schedule": crontab(hour="3", minute="45"),
    },
    "forget answers of the API": {
        "task": "accounts.tasks.forget_answers",
        "schedule": crontab(minute="37"),
    },
    "forget personal data": {
        "task": "accounts.tasks.forget_personal_data",
        "schedule": crontab(hour="3", minute="55"),
    },
    "carry out erasures": {"task": "accounts.tasks.carry_out_erasures", "schedule": crontab(minute="*/5")},
    "prune quotas": {"task": "egress.tasks.prune_quotas", "schedule": crontab(hour="3", minute="50")},
    "follow changes for webhooks": {"task": "webhooks.tasks.follow_changes", "schedule": crontab()},
    "send to webhooks": {"task": "webhooks.tasks.send_due", "schedule": crontab()},
    "tell owners of webhooks": {"task": "webhooks.tasks.tell_owners", "schedule": crontab()},
    "forget deliveries of webhooks": {
        "task": "webhooks.tasks.forget_deliveries",
        "schedule": crontab(hour="3", minute="33"),
    },
    "prune the outbox": {"task": "outbox.tasks.prune", "schedule": crontab(hour="3", minute="40")},
    "erase addresses of mail": {
        "task": "digests.tasks.erase_addresses",
        "schedule": crontab(hour="3", minute="28"),
    },
    "settle lost mails": {"task": "mail.tasks.settle_lost", "schedule": crontab(minute="7-59/10")},
    "forget old mails": {"task": "mail.tasks.forget_old", "schedule": crontab(hour="3", minute="31")},
    "send due digests": {"task": "digests.tasks.send_due_digests", "schedule": crontab(minute="*/10")},
    "tell of new events at once": {"task": "digests.tasks.tell_at_once", "schedule": crontab(minute="*/2")},
}


class CreateOnlyScheduler(DatabaseScheduler):
    """django-celery-beat's database scheduler, without overwriting an operator's changes in `from_entry`.

    Its own set-up logs an entry that it could not create, and goes on without it for as long as beat runs.

    SIGTERM and SIGINT end beat between two ticks. Celery's own handler writes the schedule wherever the signal comes: in
    the middle of a query it waits for ever for the connection that this query holds.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        self._ticks, self._is_asked, self._is_set_up = False, False, bool(options.get("lazy"))
        if not options.get("lazy"):  # beat itself, in its main thread
            self.heed_signals()
        super().__init__(*args, **options)

    def tick(self, *args: Any, **options: Any) -> float:
        """Queue what is due, and say that beat goes on (config/pulse.py). SystemExit where a signal came meanwhile."""
        pulse.touch()
        self._ticks = True
        try:
            if not self._is_set_up:
                self.setup_schedule()
            return float(super().tick(*args, **options) if self._is_set_up else self.max_interval)
        finally:
            self._ticks = False
            if self._is_asked:
                raise SystemExit

    def heed_signals(self) -> None:
        """Replace Celery's handlers, which were installed before."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._asked_to_end)

    def _asked_to_end(self, _number: int, _frame: FrameType | None) -> None:
        """End at once, or after the tick; the second signal ends a tick that hangs. The service writes the schedule then."""
        is_second, self._is_asked = self._is_asked, True
        if is_second or not self._ticks:
            raise SystemExit

    def setup_schedule(self) -> None:
        """Create the missing entries. Where the database goes away meanwhile, `tick` goes on with it."""
        self._is_set_up = False
        try:
            with transaction.atomic():
                known = set(self.Model._default_manager.values_list("name", flat=True))
                for name, entry in SCHEDULE.items():
                    if name not in known:
                        self.Entry.from_entry(name, app=self.app, **entry)
            self._initial_read = True
            self._is_set_up = bool(self.schedule)
        except DatabaseError as error:
            log.warning("beat.no_database", reason=type(error).__name__)
            close_old_connections()
