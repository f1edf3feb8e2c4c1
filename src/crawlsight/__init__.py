"""Crawlsight: which AI crawlers read a site, what they read, and whom they send back."""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("crawlsight")
