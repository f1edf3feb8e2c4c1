"""Visits: what projects keep, in ClickHouse."""

from crawlsight.visits.loader import Loader, LoadProgress
from crawlsight.visits.reclassify import Change, Classify, Identity, Reclassified
from crawlsight.visits.store import VisitStore

__all__ = [
    "Change",
    "Classify",
    "Identity",
    "LoadProgress",
    "Loader",
    "Reclassified",
    "VisitStore",
]
