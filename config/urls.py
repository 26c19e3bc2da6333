"""All addresses, in the order of matching. Only this module includes the apps' own lists."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.defaults import server_error as default_server_error
from django.views.generic import RedirectView

from accounts.site import views
from accounts.views import person_picture
from config import admin_overrides as desk
from config import error_pages, health, metrics, problems
from config.developers import developers
from operations.charts_page import metrics_page
from operations.dashboard.page import now_view
from operations.figures_page import event_figures, expectation_figures, insight_figures, user_figures
from places.roles_page import roles_view
from texts import views as texts

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}img/favicon.svg")),
    path("admin/r/<path:content_type_id>/<path:object_id>/", admin.site.admin_view(desk.view_on_site)),
    path("admin/login/", desk.login),
    path("admin/roles/", admin.site.admin_view(roles_view), name="staff_roles"),
    path("admin/metrics/", admin.site.admin_view(metrics_page), name="admin_metrics"),
    path("admin/figures/", admin.site.admin_view(event_figures), name="admin_figures"),
    path("admin/figures/users/", admin.site.admin_view(user_figures), name="admin_figures_users"),
    path("admin/figures/insights/", admin.site.admin_view(insight_figures), name="admin_figures_insights"),
    path(
        "admin/figures/expectations/",
        admin.site.admin_view(expectation_figures),
        name="admin_figures_expectations",
    ),
    path("admin/runs-now/", admin.site.admin_view(now_view), name="admin_dashboard_runs"),
    path("admin/password_change/", admin.site.admin_view(desk.password_change, cacheable=True)),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.site.urls")),
    path("developers/", developers, name="developers"),
    path("privacy/", views.privacy, name="privacy"),
    path("imprint/", texts.imprint, name="imprint"),
    path("terms/", texts.terms, name="terms"),
    path("media/people/<str:name>", person_picture, name="person-picture"),
    path("", include("realtime.urls")),
    path("api/v1/", include("config.api.urls")),
    path("", include("sources.urls")),
    path("", include("moderation.urls")),
    path("", include("mail.urls")),
    path("api/v1/", include("digests.api_urls")),
    path("", include("digests.urls")),
    path("api/v1/", include("webhooks.api_urls")),
    path("", include("webhooks.urls")),
    path("api/v1/", include("registrations.api_urls")),
    path("", include("registrations.urls")),
    path("api/v1/", include("personal.api_urls")),
    path("", include("personal.urls")),
    path("api/v1/", include("saved_searches.api_urls")),
    path("", include("saved_searches.urls")),
    path("api/v1/", include("notices.api_urls")),
    path("", include("notices.urls")),
    path("api/v1/", include("organizers.api_urls")),
    path("api/v1/", include("insights.figures.urls")),
    path("api/v1/", include("insights.api_urls")),
    path("", include("insights.urls")),
    path("api/v1/", include("ratings.api_urls")),
    path("", include("ratings.urls")),
    path("api/v1/", include("galleries.api_urls")),
    path("", include("galleries.urls")),
    path("api/v1/", include("operations.api_urls")),
    path("", include("operations.urls")),
    path("", include("organizers.urls")),
    path("", include("config.api.not_found")),
    # Last, since its first segment is a city's slug.
    path("", include("events.urls")),
]


handler403 = desk.permission_denied


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Problem details below /api/, the site's own page elsewhere."""
    return (
        problems.not_found(request)
        if request.path.startswith("/api/")
        else error_pages.not_found(request, exception)
    )


def handler500(request: HttpRequest) -> HttpResponse:
    """Problem details below /api/, the site's own page elsewhere."""
    return (
        problems.server_error(request) if request.path.startswith("/api/") else default_server_error(request)
    )
