"""URLs below /api/v1/."""

from django.urls import path

from accounts.api import auth, export, keys, me

urlpatterns = [
    path("auth/register", auth.Register.as_view(), name="api-register"),
    path("auth/verify", auth.Verify.as_view(), name="api-verify"),
    path("auth/login", auth.Login.as_view(), name="api-login"),
    path("auth/refresh", auth.Refresh.as_view(), name="api-refresh"),
    path("auth/logout", auth.Logout.as_view(), name="api-logout"),
    path("auth/password-reset", auth.PasswordReset.as_view(), name="api-password-reset"),
    path(
        "auth/password-reset/confirm", auth.PasswordResetConfirm.as_view(), name="api-password-reset-confirm"
    ),
    path("me", me.OwnAccount.as_view(), name="api-me"),
    path("me/keys", keys.OwnKeys.as_view(), name="api-me-keys"),
    path("me/keys/<uuid:key_id>", keys.OwnKey.as_view(), name="api-me-key"),
    path("me/export", export.OwnExport.as_view(), name="api-me-export"),
    path("me/export/link", export.OwnExportLink.as_view(), name="api-me-export-link"),
]
