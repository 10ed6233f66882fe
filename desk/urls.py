"""Every address of the site. Paths are short and neutral: they stay in a browser's history."""

from allauth.account import views as allauth
from django.conf import settings
from django.urls import include, path

from desk.views import (
    advice,
    client,
    dashboard,
    demo_mail,
    duty,
    floor,
    follow,
    health,
    intake,
    leaving,
    new_phrase,
    organisation,
    public,
    routing,
    triage,
)
from desk.views.gallery import gallery

urlpatterns = [
    path("", public.home, name="home"),
    path("vraag/", intake.intake, name="intake"),
    path("nu-hulp/", public.help_now, name="help_now"),
    path("wegen/<slug:slug>/", public.way, name="way"),
    path("wie-ziet-wat/", public.privacy, name="privacy"),
    path("toegankelijkheid/", public.accessibility, name="accessibility"),
    path("snel-weg/", leaving.quick_exit, name="quick_exit"),
    path("snel-weg/uitleg/", leaving.exit_explained, name="exit_explained"),
    path("taal/", leaving.set_language, name="set_language"),
    path("volgen/", follow.follow, name="follow"),
    path("volgen/vraag/", follow.follow_advice, name="follow_advice"),
    path("volgen/stoppen/", follow.follow_end, name="follow_end"),
    path("account/inloggen/", allauth.login, name="account_login"),
    path("account/uitloggen/", allauth.logout, name="account_logout"),
    path("account/gesloten/", allauth.account_inactive, name="account_inactive"),
    path("bouwstenen/", gallery, name="gallery"),
    path("loket/", dashboard.dashboard, name="dashboard"),
    path("loket/nemen/", dashboard.take_picked, name="dashboard_take"),
    path("loket/weergave/", dashboard.preference, name="dashboard_preference"),
    path("loket/advies/<str:reference>/", advice.advice, name="advice"),
    path("loket/<str:reference>/wachtzin/", new_phrase.new_phrase, name="new_phrase"),
    path("loket/<str:reference>/", triage.triage_page, name="triage"),
    path("loket/<str:reference>/geef/", triage.give, name="triage_give"),
    path("wacht/", duty.duty, name="duty"),
    path("wacht/<str:reference>/", duty.alert_acknowledge, name="alert_acknowledge"),
    path("organisatie/routering/", routing.rules, name="routing_rules"),
    path("organisatie/routering/nieuw/", routing.rule, name="routing_rule_add"),
    path("organisatie/routering/<int:pk>/", routing.rule, name="routing_rule"),
    path("organisatie/routering/<int:pk>/einde/", routing.end, name="routing_rule_end"),
    path("demo/mail/", demo_mail.demo_mail, name="demo_mail"),
    path("demo/mail/<str:name>/", demo_mail.demo_letter, name="demo_letter"),
    path("demo/mail/<str:name>/opgemaakt/", demo_mail.demo_letter_html, name="demo_letter_html"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("organisatie/", organisation.organisation, name="organisation"),
    path("organisatie/import/<slug:kind>/", organisation.import_rows, name="organisation_import"),
    path("organisatie/blad/<slug:slug>/", organisation.sheet, name="organisation_sheet"),
    path("organisatie/blad/<slug:slug>/nieuw/", organisation.record, name="organisation_add"),
    path("organisatie/blad/<slug:slug>/<int:pk>/", organisation.record, name="organisation_change"),
    path("organisatie/blad/<slug:slug>/<int:pk>/weg/", organisation.remove, name="organisation_remove"),
    path("mijn/", client.my_cases, name="my_cases"),
    *client.routes(),
    path("", include("accounts.urls")),
    path("", include("cases.urls")),
    path("", include("referrals.urls")),
]
if settings.BENCH:
    urlpatterns += [path("bench/floor/", floor.floor, name="bench_floor")]
