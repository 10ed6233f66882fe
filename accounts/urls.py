from django.urls import path

from accounts.views.start import start

urlpatterns = [path("start/", start, name="start")]
