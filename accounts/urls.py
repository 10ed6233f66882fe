from django.urls import path

from accounts.views import employer, inbox, kept, sessions
from accounts.views.start import start

urlpatterns = [
    path("account/werkgever/", employer.employer, name="employer"),
    path("account/werkgever/inloggen/", employer.employer_login, name="employer_login"),
    path("account/werkgever/terug/", employer.employer_callback, name="employer_callback"),
    path("account/werkgever/koppelen/", employer.employer_connect, name="employer_connect"),
    path("account/werkgever/loskoppelen/", employer.employer_disconnect, name="employer_disconnect"),
    path("account/werkgever/mislukt/", employer.employer_failed, name="employer_failed"),
    path("account/werkgever/onbekend/", employer.employer_unknown, name="employer_unknown"),
    path("account/bewaard/", kept.kept, name="kept"),
    path("account/bewaard/bewaren/", kept.keep, name="kept_keep"),
    path("account/sessies/blijf/", kept.stay, name="session_stay"),
    path("account/sessies/over/", kept.left, name="session_left"),
    path("account/sessies/", sessions.sessions, name="sessions"),
    path("start/", start, name="start"),
    path("meldingen/", inbox.inbox, name="inbox"),
    path("meldingen/gelezen/", inbox.read_all, name="inbox_read_all"),
    path("meldingen/<uuid:notice_id>/", inbox.open_notice, name="inbox_open"),
]
