"""Every page that people see, by the name of its address, and what is no page: for test_every_page.py. Values in braces are of house.py."""

from typing import Any, Final

from django.urls import get_resolver
from django.urls.resolvers import URLPattern

#: Pages for everybody. A part in braces is one of `make_house`.
OPEN: Final = (
    ("events:home", "/"),
    ("events:city", "/bengaluru/"),
    ("events:list", "/bengaluru/music/"),
    ("events:list", "/bengaluru/{month}/"),
    ("events:list", "/bengaluru/indiranagar/"),
    ("events:list", "/bengaluru/map/"),
    ("events:search", "/search?q=jazz&city=bengaluru"),
    ("events:search", "/search?q=opera+tomorrow+in+bengaluru"),
    ("events:search", "/search"),
    ("events:event", "{event}"),
    ("events:event", "{cancelled}"),
    ("events:event", "{over}"),
    ("events:venue", "{venue}"),
    ("events:tell-now", "{venue}now/"),
    ("events:organizer", "{organizer}"),
    ("events:series", "{series}"),
    ("events:performer", "/performers/raga-trio/"),
    ("events:tag", "/tags/jazz/"),
    ("events:online", "/online/"),
    ("events:online-list", "/online/music/"),
    ("events:elsewhere", "/elsewhere/"),
    ("events:elsewhere-list", "/elsewhere/music/"),
    ("personal:saved", "/saved/"),
    ("personal:saved", "/saved/?id={event_hex}&id={over_hex}"),
    ("events:offline", "/offline/"),
    ("events:embed", "/embed/"),
    ("events:embed-list", "/embed/list/?city=bengaluru"),
    ("events:embed-event", "/embed/events/{event_hex}/"),
    ("events:embed-venue", "/embed/venues/{place_hex}/"),
    ("events:about", "/about/"),
    ("events:bot", "/about/bot"),
    ("scan", "/bengaluru/scan/"),
    ("sources", "/sources/"),
    ("submit", "/submit/?city=bengaluru"),
    ("submitted", "/submit/thanks/?reference=1"),
    ("submission", "/submit/{submission}/"),
    ("moderation:report", "/events/{event_id}/report/"),
    ("moderation:opt-out", "/opt-out/"),
    ("moderation:opt-out-confirm", "/opt-out/{opt_out}/"),
    ("subscribe", "/subscribe/?city=bengaluru"),
    ("subscription-confirm", "/subscriptions/confirm/{subscription}/"),
    ("subscription-unsubscribe", "/subscriptions/{subscription}/unsubscribe/"),
    ("subscription-language", "/subscriptions/{subscription}/language/"),
    ("subscription-renew", "/subscriptions/{active_subscription}/renew/"),
    ("subscriptions", "/subscriptions/{active_subscription}/"),
    ("registrations:register", "/events/{event_id}/register/"),
    ("registrations:manage", "/registrations/magic-link/{registration}/"),
    ("privacy", "/privacy/"),
    ("imprint", "/imprint/"),
    ("terms", "/terms/"),
    ("developers", "/developers/"),
    ("account_login", "/accounts/login/"),
    ("account_signup", "/accounts/signup/"),
    ("account_request_login_code", "/accounts/login/code/"),
    ("account_reset_password", "/accounts/password/reset/"),
    ("account_email_verification_sent", "/accounts/confirm/"),
    ("account_inactive", "/accounts/inactive/"),
    ("account_closed", "/accounts/closed/"),
    ("account_login_link", "/accounts/login/magic-link/x/"),
    ("account_confirm_change", "/accounts/email/confirm/x/"),
    ("account_confirm_email", "/accounts/confirm/x/"),
    ("account_reset_password_done", "/accounts/password/reset/sent/"),
    ("account_reset_password_from_key_done", "/accounts/password/reset/done/"),
    ("account_reset_password_from_key", "/accounts/password/reset/x/x/"),
)
#: Pages of ann, who is signed in and speaks for an organizer and a venue.
OWN: Final = (
    ("account_home", "/accounts/"),
    ("account_profile", "/accounts/profile/"),
    ("account_email", "/accounts/email/"),
    ("account_change_password", "/accounts/password/change/"),
    ("mfa_index", "/accounts/2fa/"),
    ("usersessions_list", "/accounts/sessions/"),
    ("account_export", "/accounts/export/"),
    ("account_close", "/accounts/close/"),
    ("account_logout", "/accounts/logout/"),
    ("account_reauthenticate", "/accounts/reauthenticate/"),
    ("account_keys", "/accounts/keys/"),
    ("account_key_new", "/accounts/keys/new/"),
    ("mfa_reauthenticate", "/accounts/2fa/reauthenticate/"),
    ("mfa_deactivate_totp", "/accounts/2fa/totp/deactivate/"),
    ("mfa_view_recovery_codes", "/accounts/2fa/recovery-codes/"),
    ("mfa_generate_recovery_codes", "/accounts/2fa/recovery-codes/generate/"),
    ("mfa_list_webauthn", "/accounts/2fa/webauthn/"),
    ("mfa_edit_webauthn", "/accounts/2fa/webauthn/keys/{passkey}/edit/"),
    ("mfa_remove_webauthn", "/accounts/2fa/webauthn/keys/{passkey}/remove/"),
    ("personal:for-me", "/for-me/"),
    ("personal:following", "/for-me/following/"),
    ("personal:follow", "/for-me/follow/?kind=venue&key={place_hex}"),
    ("personal:save", "/for-me/save/?event={event_hex}"),
    ("personal:saved", "/saved/"),
    ("saved-searches:own", "/me/searches/"),
    ("saved-searches:new", "/me/searches/new/?city=bengaluru&category=music"),
    ("saved-searches:one", "/me/searches/{search}/"),
    ("notices:own", "/me/notices/"),
    ("notices:settings", "/me/notices/settings/"),
    ("notices:off", "/me/notices/off/{notice_off}/"),
    ("webhooks:endpoints", "/me/webhooks/"),
    ("webhooks:endpoint", "/me/webhooks/{endpoint}/"),
    ("registrations:own", "/registrations/"),
    ("own-subscriptions", "/me/subscriptions/"),
    ("organizers:desk", "/organize/"),
    ("organizers:new", "/organize/events/new/"),
    ("organizers:draft", "/organize/drafts/{draft}/"),
    ("organizers:draft-edit", "/organize/drafts/{draft}/edit/"),
    ("organizers:draft-preview", "/organize/drafts/{draft}/preview/"),
    ("organizers:event", "/organize/events/{event_id}/"),
    ("organizers:edit", "/organize/events/{event_id}/edit/"),
    ("organizers:pictures", "/organize/events/{event_id}/pictures/"),
    ("organizers:figures", "/organize/events/{event_id}/figures/"),
    ("organizers:messages", "/organize/events/{event_id}/messages/"),
    ("organizers:check-in", "/organize/events/{event_id}/check-in/"),
    ("organizers:team", "/organize/organizers/{organizer_id}/"),
    ("organizers:team", "/organize/places/{place_id}/"),
    ("organizers:claim", "/organize/organizers/{other_id}/claim/"),
    ("organizers:venue", "/organize/places/{place_id}/venue/"),
    ("organizers:calendars", "/organize/organizers/{organizer_id}/calendars/"),
    ("organizers:calendar-look", "/organize/organizers/{organizer_id}/calendars/{look}/"),
    ("organizers:invitation", "/organize/invitations/confirm/{invitation}/"),
    ("organizers:claim-confirm", "/organize/claims/confirm/{claim}/"),
)
#: Pages of bob, who has neither a password nor a second step.
BARE: Final = (
    ("mfa_index", "/accounts/2fa/"),
    ("mfa_activate_totp", "/accounts/2fa/totp/activate/"),
    ("mfa_add_webauthn", "/accounts/2fa/webauthn/add/"),
    ("account_set_password", "/accounts/password/set/"),
    ("organizers:desk", "/organize/"),
    ("personal:for-me", "/for-me/"),
    ("personal:following", "/for-me/following/"),
    ("personal:saved", "/saved/"),
    ("saved-searches:own", "/me/searches/"),
    ("notices:own", "/me/notices/"),
    ("webhooks:endpoints", "/me/webhooks/"),
    ("registrations:own", "/registrations/"),
    ("account_keys", "/accounts/keys/"),
)
#: Addresses that are no page, or one that needs what no test of pages has.
NO_PAGE: Final = {
    "for machines": ("healthz", "readyz", "metrics", "events:robots", "events:indexnow-key", "events:sitemaps", "events:sitemap", "events:llms",
                     "events:manifest", "events:worker", "events:opensearch", "events:search-suggestions", "events:oembed", "mail-news", "events:embed-script"),
    "a file": ("person-picture", "events:picture", "events:share-picture", "events:share-picture-of", "events:event-calendar", "events:venue-feed",
               "events:organizer-feed", "events:series-feed", "events:performer-feed", "events:tag-feed", "events:online-feed", "events:elsewhere-feed",
               "events:online-list-feed", "events:elsewhere-list-feed", "events:city-feed", "events:list-feed", "events:map-data", "events:saved-calendar",
               "personal:calendar", "saved-searches:feed", "organizers:people", "account_export_file",
               "organizers:draft-picture", "mfa_download_recovery_codes"),
    "a part of a page, seen there": ("events:card", "events:map-place"),
    "for scripts of a page": ("events:beacon", "events:saved-states", "personal:saved-account", "notices:devices", "organizers:hints",
                              "organizers:check-in-codes",                               "mfa_login_webauthn"),
    "a redirect": ("events:leave", "events:search-with-slash", "organizers:scanned"),
    "the mailbox of developers": ("mailbox", "mailbox-mail", "mailbox-html"),
    "between two steps of a sign-in, with the form of the step before": ("account_confirm_login_code", "mfa_authenticate"),
    "needs a real passkey; test_accounts.py has one": ("mfa_reauthenticate_webauthn",),
}  # fmt: skip


def named_addresses() -> set[str]:
    """The names of all addresses beside those of the desk and of the API."""
    found: set[str] = set()

    def walk(patterns: list[Any], space: str, route: str) -> None:
        for pattern in patterns:
            here = route + str(pattern.pattern)
            if not isinstance(pattern, URLPattern):
                walk(pattern.url_patterns, pattern.namespace or space, here)
            elif pattern.name and not here.startswith(("admin/", "api/", "^api/")):
                found.add(f"{space}:{pattern.name}" if space else pattern.name)

    walk(get_resolver().url_patterns, "", "")
    return found
