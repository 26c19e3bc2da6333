"""The pages of an account, below /accounts/. The names are allauth's, which redirects by them.

A secret in a path stands behind a word by which logs mask it (`confirm`, `magic-link`, `reset`).
"""

from allauth import urls as providers
from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from accounts.limits import ACCOUNT_MAILS, PASSKEYS, REGISTRATIONS
from accounts.site import keys, views
from accounts.site.throttles import limited

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="account_home"),
    path("profile/", views.profile, name="account_profile"),
    path("login/", account.login, name="account_login"),
    path("login/code/", limited(ACCOUNT_MAILS, account.request_login_code), name="account_request_login_code"),
    path("login/code/confirm/", account.confirm_login_code, name="account_confirm_login_code"),
    path("login/magic-link/<str:token>/", views.login_link, name="account_login_link"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", limited(REGISTRATIONS, account.signup), name="account_signup"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("email/", limited(ACCOUNT_MAILS, views.change_address), name="account_email"),
    path("email/confirm/<str:token>/", views.confirm_address, name="account_confirm_change"),
    path("confirm/", views.EmailVerificationSent.as_view(), name="account_email_verification_sent"),
    path("confirm/<str:key>/", views.ConfirmEmail.as_view(), name="account_confirm_email"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", limited(ACCOUNT_MAILS, account.password_reset), name="account_reset_password"),
    path("password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    path("password/reset/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("password/reset/<slug:uidb36>/<slug:key>/", account.password_reset_from_key, name="account_reset_password_from_key"),
    path("2fa/", factors.index, name="mfa_index"),
    path("2fa/authenticate/", factors.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("2fa/webauthn/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("2fa/webauthn/login/", limited(PASSKEYS, passkeys.login_webauthn, methods=("GET", "POST")), name="mfa_login_webauthn"),
    path("2fa/webauthn/reauthenticate/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/edit/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("sessions/", views.list_sessions, name="usersessions_list"),
    path("keys/", keys.list_keys, name="account_keys"),
    path("keys/new/", keys.new_key, name="account_key_new"),
    path("export/", views.export, name="account_export"),
    path("export/confirm/<str:token>/", views.export_file, name="account_export_file"),
    path("close/", views.close, name="account_close"),
    path("closed/", views.closed, name="account_closed"),
]  # fmt: skip

if settings.SOCIALACCOUNT_PROVIDERS:
    urlpatterns += [
        path("3rdparty/", include("allauth.socialaccount.urls")),
        *providers.build_provider_urlpatterns(),
    ]
