"""Pages of insights."""

from django.urls import path

from insights import views

app_name = "insights"
urlpatterns = [
    path("me/insights/", views.consent, name="consent"),
    path("me/insights/less/", views.less, name="less"),
]
