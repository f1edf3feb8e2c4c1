"""Reports: one query value, one compiler, answered from rollups wherever they can tell."""

from crawlsight.reports.answers import answer, list_domains
from crawlsight.reports.fields import DIMENSIONS, INTERVALS, METRICS, OPERATORS, Report
from crawlsight.reports.query import Query, read_query
from crawlsight.reports.sql import compile_query

__all__ = [
    "DIMENSIONS",
    "INTERVALS",
    "METRICS",
    "OPERATORS",
    "Query",
    "Report",
    "answer",
    "compile_query",
    "list_domains",
    "read_query",
]
