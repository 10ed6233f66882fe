"""The workers' pages. Paths are short and neutral: they stay in a browser's history."""

from django.urls import path

from cases.views import (
    breaches,
    complaints,
    first_contact,
    guarded,
    incidents,
    keep_out,
    links,
    messages,
    notes,
    reporting,
    sessions,
    workspace,
)

urlpatterns = [
    path("zaken/", workspace.my_work, name="my_work"),
    path("zaken/<str:reference>/", workspace.overview, name="case"),
    path("zaken/<str:reference>/contact/", workspace.attempt, name="case_attempt"),
    path("zaken/<str:reference>/betrokkenen/", workspace.people, name="case_people"),
    path("zaken/<str:reference>/eerste-contact/", first_contact.change, name="case_first_contact"),
    path("zaken/<str:reference>/zelfde-persoon/", links.same_person, name="case_same_person"),
    path("zaken/<str:reference>/niet-zien/", keep_out.keep_out, name="case_keep_out"),
    path("zaken/<str:reference>/afsluiten/", workspace.close, name="case_close"),
    path("zaken/<str:reference>/teruggeven/", workspace.give_to_desk, name="case_give_to_desk"),
    path("zaken/<str:reference>/verslagen/", notes.case_notes, name="case_notes"),
    path("zaken/<str:reference>/verslagen/<uuid:pk>/", notes.note, name="case_note"),
    path("zaken/<str:reference>/verslagen/<uuid:pk>/delen/", notes.share, name="case_note_share"),
    path("zaken/<str:reference>/gesprekken/", sessions.case_sessions, name="case_sessions"),
    path("zaken/<str:reference>/gesprekken/geweest/", sessions.held, name="case_session_held"),
    path("zaken/<str:reference>/gesprekken/<uuid:pk>/", sessions.session, name="case_session"),
    path("zaken/<str:reference>/berichten/", messages.case_messages, name="case_messages"),
    path("zaken/<str:reference>/berichten/gelezen/", messages.read, name="case_messages_read"),
    path("zaken/<str:reference>/afgeschermd/", guarded.case_guarded, name="case_guarded"),
    path("zaken/<str:reference>/afgeschermd/g/", breaches.breach_add, name="breach_add"),
    path("zaken/<str:reference>/afgeschermd/s/", reporting.reporting_add, name="reporting_add"),
    path("zaken/<str:reference>/afgeschermd/v/", incidents.incident_add, name="incident_add"),
    path("zaken/<str:reference>/horen/", complaints.complaint_enter, name="complaint_enter"),
    path("afgeschermd/", guarded.guarded, name="guarded"),
    path("afgeschermd/g/<uuid:pk>/", breaches.breach, name="breach"),
    path("afgeschermd/s/<uuid:pk>/", reporting.reporting_code, name="reporting_code"),
    path("afgeschermd/v/<uuid:pk>/", incidents.incident, name="incident"),
    path("afgeschermd/k/<uuid:pk>/", complaints.complaint, name="complaint"),
]
