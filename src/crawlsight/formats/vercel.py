"""Vercel log drains.

    {"id":"1","source":"static","host":"shop.vercel.app","timestamp":1795320693123,"proxy":{"timestamp":
    1795320693123,"method":"GET","host":"shop.example","path":"/a?b=1","userAgent":["GPTBot/1.2"],
    "statusCode":200,"clientIp":"203.0.113.9"}} (all in one line)

A file holds one row a line, or an array. Rows without ``proxy`` are of builds and functions; a status of -1
is a request that nobody was answered for.

Source:
    vercel.com/docs/drains/reference/logs
"""

from crawlsight.formats.results import Vocabulary
from crawlsight.formats.vocabulary import json_format

FORMAT = json_format(
    "vercel",
    "Vercel log drain",
    '{"id":"1573817187330377061717300000","deploymentId":"dpl_1","source":"static","host":"shop-1.vercel.app",'
    '"timestamp":1795320693123,"proxy":{"timestamp":1795320693123,"method":"GET","scheme":"https",'
    '"host":"shop.example","path":"/a?b=1","userAgent":["GPTBot/1.2"],"referer":"","statusCode":200,'
    '"clientIp":"203.0.113.9","region":"fra1"}}',
    Vocabulary(
        {
            "timestamp": ("proxy.timestamp", "timestamp"),
            "method": ("proxy.method",),
            "target": ("proxy.path",),
            "host": ("proxy.host", "host"),
            "ip": ("proxy.clientIp",),
            "status_code": ("proxy.statusCode", "statusCode"),
            "user_agent": ("proxy.userAgent",),
            "referer": ("proxy.referer",),
            "bytes_sent": ("proxy.responseByteSize",),
        },
        request_mark="proxy",
    ),
)
