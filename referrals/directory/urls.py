"""The directory: for everyone under ``wegwijzer``, for colleagues under ``kaart``."""

from django.urls import path

from referrals.directory.views import case, keeping, needs, public, staff

urlpatterns = [
    path("wegwijzer/", public.directory, name="directory"),
    path("wegwijzer/<uuid:pk>/", public.entry, name="directory_entry"),
    path("kaart/", staff.directory_staff, name="directory_staff"),
    path("kaart/nakijken/", staff.directory_check, name="directory_check"),
    path("kaart/woorden/", needs.directory_needs, name="directory_needs"),
    path("kaart/woorden/nieuw/", needs.directory_need, name="directory_need_add"),
    path("kaart/woorden/<slug:code>/", needs.directory_need, name="directory_need"),
    path("kaart/nieuw/", keeping.directory_add, name="directory_add"),
    path("kaart/<uuid:pk>/", staff.directory_open, name="directory_open"),
    path("kaart/<uuid:pk>/nagekeken/", staff.directory_verify, name="directory_verify"),
    path("kaart/<uuid:pk>/wijzigen/", keeping.directory_change, name="directory_change"),
    path("kaart/<uuid:pk>/aanbieder/", keeping.directory_provider, name="directory_provider"),
    path("kaart/<uuid:pk>/delen/", keeping.directory_parts, name="directory_parts"),
    path("kaart/<uuid:pk>/delen/<slug:slug>/", keeping.directory_part, name="directory_part_add"),
    path("kaart/<uuid:pk>/delen/<slug:slug>/<uuid:row_id>/", keeping.directory_part, name="directory_part"),
    path(
        "kaart/<uuid:pk>/delen/<slug:slug>/<uuid:row_id>/weg/",
        keeping.directory_part_remove,
        name="directory_part_remove",
    ),
    path("zaken/<str:reference>/elders/", case.case_help, name="case_help"),
]
