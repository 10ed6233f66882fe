from django.urls import path

from accounts.views import inbox, sessions
from accounts.views.start import start

urlpatterns = [
    path("account/sessies/", sessions.sessions, name="sessions"),
    path("start/", start, name="start"),
    path("meldingen/", inbox.inbox, name="inbox"),
    path("meldingen/gelezen/", inbox.read_all, name="inbox_read_all"),
    path("meldingen/<uuid:notice_id>/", inbox.open_notice, name="inbox_open"),
]
