"""Knowledge that ages: operators' address lists and key directories, fetched and kept beside the data."""

from crawlsight.refresh.dns import ReverseDns
from crawlsight.refresh.fetch import Fetched, Refresher, http_get
from crawlsight.refresh.files import KnowledgeFiles

__all__ = ["Fetched", "KnowledgeFiles", "Refresher", "ReverseDns", "http_get"]
