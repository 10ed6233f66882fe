"""Every address of the site. Paths are short and neutral: they stay in a browser's history."""

from allauth.account import views as allauth
from django.urls import include, path

from desk.views.gallery import gallery

urlpatterns = [
    path("account/inloggen/", allauth.login, name="account_login"),
    path("account/uitloggen/", allauth.logout, name="account_logout"),
    path("account/gesloten/", allauth.account_inactive, name="account_inactive"),
    path("bouwstenen/", gallery, name="gallery"),
    path("", include("accounts.urls")),
    path("", include("cases.urls")),
    path("", include("referrals.urls")),
]
