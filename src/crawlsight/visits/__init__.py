"""Visits: what projects keep, in ClickHouse."""

from crawlsight.visits.loader import Loader, LoadProgress
from crawlsight.visits.store import VisitStore

__all__ = ["LoadProgress", "Loader", "VisitStore"]
