"""Reports: one query value, one compiler, answered from rollups wherever they can tell."""

from crawlsight.reports.answers import answer, list_domains, list_unknown_bots
from crawlsight.reports.fields import DIMENSIONS, INTERVALS, METRICS, OPERATORS, Report
from crawlsight.reports.query import Query, Selection, read_query, read_selection
from crawlsight.reports.sql import compile_query

__all__ = [
    "DIMENSIONS",
    "INTERVALS",
    "METRICS",
    "OPERATORS",
    "Query",
    "Report",
    "Selection",
    "answer",
    "compile_query",
    "list_domains",
    "list_unknown_bots",
    "read_query",
    "read_selection",
]
