from django.urls import include, path

from referrals.views import board, consent, coverage

urlpatterns = [
    path("overnemen/", board.board, name="board"),
    path("overnemen/nieuws/", board.referral_news, name="referral_news"),
    path("overnemen/<uuid:referral_id>/", board.referral, name="referral"),
    path("overnemen/<uuid:referral_id>/teruggeven/", board.referral_return, name="referral_return"),
    path("volgen/aanvraag/samenvatting/", consent.follow_consent, name="follow_consent"),
    path("samenvatting/<str:reference>/", consent.referral_consent, name="referral_consent"),
    path("organisatie/dekking/", coverage.coverage, name="coverage"),
    path("organisatie/dekking/nieuw/", coverage.coverage_add, name="coverage_add"),
    path("organisatie/dekking/<int:pk>/einde/", coverage.coverage_end, name="coverage_end"),
    path("", include("referrals.directory.urls")),
]
