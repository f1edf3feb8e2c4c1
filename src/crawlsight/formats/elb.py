"""Access logs of AWS load balancers.

An Application Load Balancer's (ALB):

    https 2026-11-22T04:11:33.186641Z app/web/50dc 203.0.113.9:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34
    366 "GET https://shop.example:443/a?b=1 HTTP/1.1" "GPTBot/1.2" … (all in one line)

A classic load balancer's (ELB) begins with the time.

Source:
    docs.aws.amazon.com/elasticloadbalancing: load-balancer-access-logs, classic/access-log-collection.
"""

from functools import partial
from typing import Any

from crawlsight.formats.results import Format
from crawlsight.formats.template import TemplateParser, compile_own

_TIMES = "$receiving $handling $sending"


def _add_up(values: dict[str, Any]) -> None:
    """Make one duration of the three in seconds; -1 says that a step never ended."""
    try:
        parts = [float(values.pop(name)) for name in ("receiving", "handling", "sending")]
    except ValueError:
        return
    if min(parts) >= 0:
        values["duration_s"] = sum(parts)


_ALB = compile_own(
    f"$_type $timestamp $_elb $ip:$_port $_target {_TIMES} $status_code $_target_status $_received "
    '$bytes_sent "$request" "$user_agent" $_cipher $_protocol $_group $_rest',
    "alb",
    amend=_add_up,
)

# The user agent and the cipher came in 2015; TCP listeners have "- - - " for a request.
_ELB = compile_own(
    f"$timestamp $_elb $ip:$_port $_target {_TIMES} $status_code $_target_status $_received $bytes_sent "
    '"$request" "$user_agent" $_cipher $_protocol',
    "elb",
    amend=_add_up,
)

ALB = Format(
    "alb",
    "AWS Application Load Balancer",
    "https 2026-11-22T04:11:33.186641Z app/web/50dc6c495c0c9188 203.0.113.9:2817 10.0.0.1:80 "
    '0.000 0.001 0.000 200 200 34 366 "GET https://shop.example:443/a?b=1 HTTP/1.1" "GPTBot/1.2" '
    "ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 "
    'arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/web/73e2 "Root=1-58337262-36d2" '
    '"shop.example" "session-reused" 0 2026-11-22T04:11:33.185000Z "forward" "-" "-" "10.0.0.1:80" "200" '
    '"-" "-"',
    partial(TemplateParser, (_ALB,)),
)

ELB = Format(
    "elb",
    "AWS classic load balancer",
    "2026-11-22T04:11:33.945958Z web 203.0.113.9:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "
    '"GET http://shop.example:80/a?b=1 HTTP/1.1" "GPTBot/1.2" - -',
    partial(TemplateParser, (_ELB,)),
)
