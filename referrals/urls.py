from django.urls import path

from referrals.views import board, consent, coverage, hsds, letter_door, letters

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
    path("zaken/<str:reference>/aanbieders/", letters.onward_letters, name="onward_letters"),
    path("zaken/<str:reference>/aanbieders/nieuw/", letters.onward_letter_new, name="onward_letter_new"),
    path("zaken/<str:reference>/aanbieders/<uuid:pk>/", letters.onward_letter, name="onward_letter"),
    path("zaken/<str:reference>/aanbieders/<uuid:pk>/pdf/", letters.onward_letter_pdf, name="onward_letter_pdf"),
    path("organisatie/brieven/", letters.letter_looks, name="letter_looks"),
    path("organisatie/hulp-buiten/uitwisselen/", hsds.directory_exchange, name="directory_exchange"),
    path("organisatie/hulp-buiten/uitwisselen/bestand/", hsds.directory_file, name="directory_file"),
    path("brief/<slug:token>/", letter_door.letter_link, name="letter_link"),
]
