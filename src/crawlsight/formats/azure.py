"""Azure Front Door's access log, and Application Gateway's, as diagnostics export them.

    {"time":"2026-11-22T04:11:33.1234567Z","category":"FrontDoorAccessLog","properties":{"requestUri":
    "https://shop.example:443/a?b=1","clientIp":"203.0.113.9","httpMethod":"GET","httpStatusCode":"200",
    "userAgent":"GPTBot/1.2","timeTaken":"0.031"}} (all in one line)

A file holds one row a line, or ``{"records": […]}``. Front Door counts seconds, as does Application Gateway;
a status of 0 is an origin that did not answer.

Source:
    learn.microsoft.com/azure: frontdoor/monitor-front-door-reference, application-gateway/monitor reference.
"""

from crawlsight.formats.results import Vocabulary
from crawlsight.formats.vocabulary import json_format

FORMAT = json_format(
    "azure",
    "Azure Front Door, Application Gateway",
    '{"time":"2026-11-22T04:11:33.1234567Z","category":"FrontDoorAccessLog","properties":{"httpMethod":"GET",'
    '"requestUri":"https://shop.example:443/a?b=1","userAgent":"GPTBot/1.2","referer":"","clientIp":"203.0.113.9",'
    '"socketIp":"203.0.113.9","timeTaken":"0.031","responseBytes":"512","httpStatusCode":"200"}}',
    Vocabulary(
        {
            "timestamp": ("time", "timeStamp", "TimeGenerated"),
            "method": ("properties.httpMethod",),
            "target": ("properties.originalRequestUriWithArgs", "properties.requestUri"),
            "query": ("properties.requestQuery",),
            "host": ("properties.originalHost", "properties.hostName", "properties.host"),
            "ip": ("properties.clientIp", "properties.clientIP"),
            "status_code": ("properties.httpStatusCode", "properties.httpStatus"),
            "user_agent": ("properties.userAgent",),
            "referer": ("properties.referer", "properties.referrer"),
            "bytes_sent": ("properties.responseBytes", "properties.sentBytes"),
            "duration_s": ("properties.timeTaken",),
        },
        request_mark="properties.httpMethod",
    ),
)
