"""Pages of subscriptions."""

from django.urls import path

from digests import views

urlpatterns = [
    path("subscribe/", views.Subscribe.as_view(), name="subscribe"),
    path("subscriptions/confirm/<str:token>/", views.Confirm.as_view(), name="subscription-confirm"),
    path(
        "subscriptions/<str:token>/unsubscribe/", views.Unsubscribe.as_view(), name="subscription-unsubscribe"
    ),
    path("subscriptions/<str:token>/language/", views.Language.as_view(), name="subscription-language"),
    path("subscriptions/<str:token>/renew/", views.Renew.as_view(), name="subscription-renew"),
    path("subscriptions/<str:token>/", views.Manage.as_view(), name="subscriptions"),
    path("me/subscriptions/", views.OwnSubscriptions.as_view(), name="own-subscriptions"),
    path("mailbox/", views.mailbox_list, name="mailbox"),
    path("mailbox/<str:name>/", views.mailbox_mail, name="mailbox-mail"),
    path("mailbox/<str:name>/html/", views.mailbox_html, name="mailbox-html"),
]
