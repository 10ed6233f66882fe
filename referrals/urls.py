from django.urls import path

from referrals.views import asking, board, consent, consulting, coverage, overriding, ways

urlpatterns = [
    path("overnemen/", board.board, name="board"),
    path("overnemen/vragen/", asking.case_ask, name="case_ask"),
    path("overnemen/nieuws/", board.referral_news, name="referral_news"),
    path("overnemen/<uuid:referral_id>/", board.referral, name="referral"),
    path("overnemen/<uuid:referral_id>/teruggeven/", board.referral_return, name="referral_return"),
    path("volgen/aanvraag/samenvatting/", consent.follow_consent, name="follow_consent"),
    path("volgen/aanvraag/samenvatting/stuk/<int:item>/", consent.follow_consent_file, name="follow_consent_file"),
    path("samenvatting/<str:reference>/", consent.referral_consent, name="referral_consent"),
    path("samenvatting/<str:reference>/stuk/<int:item>/", consent.referral_consent_file, name="referral_consent_file"),
    path("zaken/<str:reference>/doorgeven/", ways.case_ways, name="case_ways"),
    path("zaken/<str:reference>/doorgeven/zaak/", ways.case_transfer, name="case_transfer"),
    path("zaken/<str:reference>/doorgeven/advies/", ways.case_consult, name="case_consult"),
    path("zaken/<str:reference>/doorgeven/<uuid:pk>/ja/", ways.case_way_spoken, name="case_way_spoken"),
    path("zaken/<str:reference>/doorgeven/<uuid:pk>/terug/", ways.case_way_end, name="case_way_end"),
    path("zaken/<str:reference>/doorgeven/<uuid:pk>/nee/", asking.case_ask_no, name="case_ask_no"),
    path("zaken/<str:reference>/doorgeven/<uuid:pk>/zonder-ja/", overriding.case_override, name="case_override"),
    path("doorgegeven/zonder-ja/", overriding.overrides, name="overrides"),
    path("meelezen/", consulting.readings, name="readings"),
    path("meelezen/<uuid:pk>/", consulting.reading, name="reading"),
    path("meelezen/<uuid:pk>/klaar/", consulting.reading_stop, name="reading_stop"),
    path("meelezen/<uuid:pk>/stuk/<int:item>/", consulting.reading_file, name="reading_file"),
    path("meelezen/<uuid:pk>/stuk/<int:item>/<int:place>/", consulting.reading_page, name="reading_page"),
    path("organisatie/dekking/", coverage.coverage, name="coverage"),
    path("organisatie/dekking/nieuw/", coverage.coverage_add, name="coverage_add"),
    path("organisatie/dekking/<int:pk>/einde/", coverage.coverage_end, name="coverage_end"),
]
