from django.urls import path

from accounts.views import inbox, roles
from accounts.views.start import start

urlpatterns = [
    path("start/", start, name="start"),
    path("organisatie/rollen/", roles.roles, name="roles"),
    path("meldingen/", inbox.inbox, name="inbox"),
    path("meldingen/gelezen/", inbox.read_all, name="inbox_read_all"),
    path("meldingen/<uuid:notice_id>/", inbox.open_notice, name="inbox_open"),
]
