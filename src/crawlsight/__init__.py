"""Crawlsight: which AI crawlers read a site, what they read, and whom they send back.

As a library, without any server::

    >>> from crawlsight import detect, verify
    >>> detect("Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)").crawler
    'GPTBot'
    >>> verify("GPTBot/1.2", "203.0.113.9").state
    'contradicted'
"""

from importlib.metadata import version

from crawlsight.library import Detection, detect, verify

__all__ = ["Detection", "__version__", "detect", "verify"]

__version__ = version("crawlsight")
