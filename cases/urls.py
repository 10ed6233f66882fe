"""The workers' pages. Paths are short and neutral: they stay in a browser's history."""

from django.urls import path

from cases.views import debriefing, first_contact, keep_out, links, mediation, messages, notes, sessions, workspace

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
    path("zaken/<str:reference>/samen/", mediation.case_mediation, name="case_mediation"),
    path("zaken/<str:reference>/groep/", debriefing.case_debriefing, name="case_debriefing"),
    path("zaken/<str:reference>/groep/<uuid:pk>/", debriefing.group_talk, name="case_group_talk"),
    path("samen/", mediation.mediations, name="mediations"),
    path("samen/<uuid:pk>/", mediation.mediation, name="mediation"),
    path("samen/<uuid:pk>/code/", mediation.code, name="mediation_code"),
    path("samen/<uuid:pk>/gezegd/<slug:side>/", mediation.said, name="mediation_said"),
    path("samen/<uuid:pk>/afspraak/", mediation.meet, name="mediation_meet"),
    path("samen/<uuid:pk>/afspraak/<uuid:talk>/", mediation.meeting, name="mediation_meeting"),
    path("samen/<uuid:pk>/notitie/", mediation.note, name="mediation_note"),
    path("samen/<uuid:pk>/tekst/", mediation.agreement, name="mediation_agreement"),
    path("samen/<uuid:pk>/einde/", mediation.end, name="mediation_end"),
    path("zaken/<str:reference>/berichten/", messages.case_messages, name="case_messages"),
    path("zaken/<str:reference>/berichten/gelezen/", messages.read, name="case_messages_read"),
]
