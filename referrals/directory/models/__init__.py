"""Providers, what they offer, where and when, and the needs by which it is found. Nothing here is about a client.

The tables follow the Open Referral Human Services Data Specification (HSDS 3); each docstring names its table there.
"""

from referrals.directory.models.entries import Service, ServiceQuerySet
from referrals.directory.models.needs import Need
from referrals.directory.models.parts import CostOption, RequiredDocument, ServiceArea, ServiceLanguage, WebAddress
from referrals.directory.models.providers import Place, Provider, RegisterEntry
from referrals.directory.models.reach import Contact, Phone, Schedule, ServiceAtPlace

__all__ = [
    "Contact",
    "CostOption",
    "Need",
    "Phone",
    "Place",
    "Provider",
    "RegisterEntry",
    "RequiredDocument",
    "Schedule",
    "Service",
    "ServiceArea",
    "ServiceAtPlace",
    "ServiceLanguage",
    "ServiceQuerySet",
    "WebAddress",
]
