"""The workers' pages. Paths are short and neutral: they stay in a browser's history."""

from django.urls import path

from cases.views import first_contact, hiding, keep_out, links, messages, notes, sessions, tags, workspace

urlpatterns = [
    path("zaken/", workspace.my_work, name="my_work"),
    path("zaken/<str:reference>/", workspace.overview, name="case"),
    path("zaken/<str:reference>/contact/", workspace.attempt, name="case_attempt"),
    path("zaken/<str:reference>/betrokkenen/", workspace.people, name="case_people"),
    path("zaken/<str:reference>/eerste-contact/", first_contact.change, name="case_first_contact"),
    path("zaken/<str:reference>/zelfde-persoon/", links.same_person, name="case_same_person"),
    path("zaken/<str:reference>/labels/", tags.case_tags, name="case_tags"),
    path("zaken/<str:reference>/zoeken/", hiding.case_search, name="case_search"),
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
]
