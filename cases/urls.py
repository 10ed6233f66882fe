"""The workers' pages. Paths are short and neutral: they stay in a browser's history."""

from django.urls import path

from cases.views import case_tasks, first_contact, keep_out, links, messages, notes, sessions, timeline, workspace

urlpatterns = [
    path("zaken/", workspace.my_work, name="my_work"),
    path("taken/", case_tasks.my_tasks, name="my_tasks"),
    path("zaken/<str:reference>/", workspace.overview, name="case"),
    path("zaken/<str:reference>/contact/", workspace.attempt, name="case_attempt"),
    path("zaken/<str:reference>/tijdlijn/", timeline.case_timeline, name="case_timeline"),
    path("zaken/<str:reference>/betrokkenen/", workspace.people, name="case_people"),
    path("zaken/<str:reference>/eerste-contact/", first_contact.change, name="case_first_contact"),
    path("zaken/<str:reference>/zelfde-persoon/", links.same_person, name="case_same_person"),
    path("zaken/<str:reference>/niet-zien/", keep_out.keep_out, name="case_keep_out"),
    path("zaken/<str:reference>/afsluiten/", workspace.close, name="case_close"),
    path("zaken/<str:reference>/teruggeven/", workspace.give_to_desk, name="case_give_to_desk"),
    path("zaken/<str:reference>/verslagen/", notes.case_notes, name="case_notes"),
    path("zaken/<str:reference>/verslagen/weg/", notes.throw_away, name="case_note_drop"),
    path("zaken/<str:reference>/verslagen/<uuid:pk>/", notes.note, name="case_note"),
    path("zaken/<str:reference>/verslagen/<uuid:pk>/delen/", notes.share, name="case_note_share"),
    path("zaken/<str:reference>/taken/", case_tasks.case_tasks_page, name="case_tasks"),
    path("zaken/<str:reference>/taken/<uuid:pk>/", case_tasks.case_task, name="case_task"),
    path("zaken/<str:reference>/taken/<uuid:pk>/stand/", case_tasks.move, name="case_task_move"),
    path("zaken/<str:reference>/gesprekken/", sessions.case_sessions, name="case_sessions"),
    path("zaken/<str:reference>/gesprekken/geweest/", sessions.held, name="case_session_held"),
    path("zaken/<str:reference>/gesprekken/<uuid:pk>/", sessions.session, name="case_session"),
    path("zaken/<str:reference>/berichten/", messages.case_messages, name="case_messages"),
    path("zaken/<str:reference>/berichten/gelezen/", messages.read, name="case_messages_read"),
]
