from django.urls import include, path

from accounts.views import employer, factor_resets, inbox, kept, roles, sessions
from accounts.views.start import start

urlpatterns = [
    path("account/", include("accounts.entrance_urls")),
    path("account/beveiliging/terugzetten/", factor_resets.own_reset, name="own_factor_reset"),
    path("organisatie/terugzetten/", factor_resets.resets, name="factor_resets"),
    path("organisatie/terugzetten/vragen/", factor_resets.ask, name="factor_reset_ask"),
    path("organisatie/terugzetten/<uuid:pk>/", factor_resets.reset, name="factor_reset"),
    path("account/werkgever/", employer.employer, name="employer"),
    path("account/werkgever/inloggen/", employer.employer_login, name="employer_login"),
    path("account/werkgever/terug/", employer.employer_callback, name="employer_callback"),
    path("account/werkgever/mislukt/", employer.employer_failed, name="employer_failed"),
    path("account/werkgever/onbekend/", employer.employer_unknown, name="employer_unknown"),
    path("account/bewaard/", kept.kept, name="kept"),
    path("account/bewaard/bewaren/", kept.keep, name="kept_keep"),
    path("account/sessies/blijf/", kept.stay, name="session_stay"),
    path("account/sessies/over/", kept.left, name="session_left"),
    path("account/sessies/", sessions.sessions, name="sessions"),
    path("start/", start, name="start"),
    path("organisatie/rollen/", roles.roles, name="roles"),
    path("meldingen/", inbox.inbox, name="inbox"),
    path("meldingen/gelezen/", inbox.read_all, name="inbox_read_all"),
    path("meldingen/<uuid:notice_id>/", inbox.open_notice, name="inbox_open"),
]
