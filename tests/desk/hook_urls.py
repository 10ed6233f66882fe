"""The addresses of a site that has keys for its telephone system."""

from django.urls import path

from desk.urls import urlpatterns as without
from desk.views.phone_hook import phone_hook

urlpatterns = [*without, path("haak/telefonie/", phone_hook, name="phone_hook")]
