"""The light client: senders, and middleware that hands requests to them. No engine, no server.

>>> from crawlsight.client import Sender
>>> with Sender("http://127.0.0.1:8000", "ank_…") as sender:  # doctest: +SKIP
...     sender.send({"timestamp": "2026-11-22T12:00:00Z", "method": "GET", "host": "shop.example", …})
"""

from crawlsight.client.counters import Counters
from crawlsight.client.middleware import AsgiMiddleware, WsgiMiddleware
from crawlsight.client.sender import AsyncSender, Recorder, Sender

__all__ = ["AsgiMiddleware", "AsyncSender", "Counters", "Recorder", "Sender", "WsgiMiddleware"]
