from django.urls import path

from referrals.views import board, consent, coverage, hand_overs

urlpatterns = [
    path("overnemen/", board.board, name="board"),
    path("overnemen/nieuws/", board.referral_news, name="referral_news"),
    path("overnemen/<uuid:referral_id>/", board.referral, name="referral"),
    path("overnemen/<uuid:referral_id>/teruggeven/", board.referral_return, name="referral_return"),
    path("overnemen/<uuid:referral_id>/oordeel/", hand_overs.referral_feedback, name="referral_feedback"),
    path("overdrachten/", hand_overs.to_decide, name="hand_overs"),
    path("overdrachten/oordelen/", hand_overs.feedback_list, name="hand_over_feedback"),
    path("overdrachten/<uuid:referral_id>/", hand_overs.decide, name="hand_over_decide"),
    path("zaken/<str:reference>/overdracht/", hand_overs.case_hand_overs, name="case_hand_overs"),
    path("volgen/aanvraag/samenvatting/", consent.follow_consent, name="follow_consent"),
    path("samenvatting/<str:reference>/", consent.referral_consent, name="referral_consent"),
    path("organisatie/dekking/", coverage.coverage, name="coverage"),
    path("organisatie/dekking/nieuw/", coverage.coverage_add, name="coverage_add"),
    path("organisatie/dekking/<int:pk>/einde/", coverage.coverage_end, name="coverage_end"),
]
