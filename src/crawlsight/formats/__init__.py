"""Parsers of log lines: every format a file, all of them named here.

To add a format, write its file and add it to the list below; docs/formats.md tells people of it.
"""

from collections.abc import Sequence

from crawlsight.formats import (
    akamai,
    azure,
    caddy,
    cloudflare,
    cloudfront,
    combined,
    elb,
    envoy,
    fastly,
    google,
    haproxy,
    netlify,
    nginx,
    own,
    s3,
    traefik,
    vercel,
    w3c,
)
from crawlsight.formats.apache import apache_format
from crawlsight.formats.csv_table import csv_format
from crawlsight.formats.detection import detect, open_detected
from crawlsight.formats.lines import decode_lines, remember_headers, split_json
from crawlsight.formats.nginx import nginx_format
from crawlsight.formats.results import (
    Detection,
    Format,
    LineParser,
    Look,
    LookingParser,
    Options,
    ParsedRecord,
    Rejected,
    Result,
    Skipped,
)

__all__ = [
    "FORMATS",
    "Detection",
    "Format",
    "LineParser",
    "Look",
    "LookingParser",
    "Options",
    "ParsedRecord",
    "Rejected",
    "Result",
    "Skipped",
    "apache_format",
    "decode_lines",
    "detect_format",
    "nginx_format",
    "open_detected",
    "remember_headers",
    "split_json",
]

# Of two formats that read a file equally well the first is chosen, so the special stand before the general.
_FORMATS = (
    traefik.CLF,
    *combined.FORMATS,
    elb.ALB,
    elb.ELB,
    s3.FORMAT,
    cloudfront.STANDARD,
    cloudfront.REAL_TIME,
    w3c.FORMAT,
    envoy.FORMAT,
    haproxy.FORMAT,
    caddy.FORMAT,
    traefik.JSON,
    cloudflare.FORMAT,
    cloudfront.JSON,
    akamai.FORMAT,
    azure.FORMAT,
    google.FORMAT,
    vercel.FORMAT,
    netlify.FORMAT,
    own.FORMAT,
    nginx.JSON,
    fastly.FORMAT,
)

FORMATS = {
    format_.name: format_
    for format_ in (
        *_FORMATS,
        csv_format([format_.vocabulary for format_ in _FORMATS if format_.vocabulary is not None]),
    )
}


def detect_format(head: Sequence[str]) -> Detection:
    """Find the format of a file from its first lines, up to 100 of them.

    Raises:
        UnknownFormatError: They fit none.
    """
    return detect(head, FORMATS.values())
