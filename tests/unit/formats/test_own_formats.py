"""LogFormat and log_format strings of people's own become parsers."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest

from crawlsight.errors import InvalidArgumentError
from crawlsight.formats import Options, ParsedRecord, apache_format, nginx_format

AT = datetime(2026, 11, 22, 4, 11, 33, tzinfo=UTC)
CLF = "[22/Nov/2026:04:11:33 +0000]"


def read(format_, line, **options):
    (result,) = format_.open(Options(**{"host": "default.example", **options})).parse([line], 1)
    return result


def record(**values):
    return ParsedRecord(
        **{
            "timestamp": AT,
            "method": "GET",
            "host": "default.example",
            "path": "/a",
            "status_code": 200,
            "ip": "203.0.113.9",
            **values,
        }
    )


APACHE = [
    ('%h %l %u %t "%r" %>s %b', f'203.0.113.9 - - {CLF} "GET /a HTTP/1.1" 200 5', {"bytes_sent": 5}),
    (
        r'LogFormat "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"" vhost_combined',
        f'shop.example:443 2001:db8::9 - jo {CLF} "GET /a HTTP/1.1" 200 512 "https://e.example/" "a \\"b\\""',
        {
            "host": "shop.example",
            "ip": "2001:db8::9",
            "bytes_sent": 512,
            "referer": "https://e.example/",
            "user_agent": 'a "b"',
        },
    ),
    (
        '%a %t "%m %U%q %H" %>s %D',
        f'203.0.113.9 {CLF} "POST /a?b=1 HTTP/1.1" 200 1500',
        {"method": "POST", "path": "/a?b=1", "duration_ms": 1.5},
    ),
    ('%a %t "%m %U%q %H" %s', f'203.0.113.9 {CLF} "GET /a HTTP/1.1" 200', {}),
    ('%h %t "%r" %s %>s', f'203.0.113.9 {CLF} "GET /a HTTP/1.1" 301 200', {}),
    ('%h %t "%r" %>s %T %{ms}T', f'203.0.113.9 {CLF} "GET /a HTTP/1.1" 200 3 2750', {"duration_ms": 2750.0}),
    ('%h %t "%r" %>s %T', f'203.0.113.9 {CLF} "GET /a HTTP/1.1" 200 3', {"duration_ms": 3000.0}),
    ('%h %t "%r" %>s %{us}T', f'203.0.113.9 {CLF} "GET /a HTTP/1.1" 200 31', {"duration_ms": 0.031}),
    ("%h %t %r %>s", f"203.0.113.9 {CLF} GET /a HTTP/1.1 200", {}),
    (
        '%{X-Forwarded-For}i %l %u %t "%r" %>s',
        f'10.0.0.1, 203.0.113.9 - - {CLF} "GET /a HTTP/1.1" 200',
        {},
    ),
    (
        '%h %t "%r" %>s "%{X-Forwarded-For}i"',
        f'10.0.0.1 {CLF} "GET /a HTTP/1.1" 200 "203.0.113.9"',
        {"ip": "10.0.0.1"},
    ),
    (
        '%{c}a %a %t "%r" %>s %{Host}i %V',
        f'10.0.0.1 203.0.113.9 {CLF} "GET /a HTTP/1.1" 200 - shop.example',
        {"host": "shop.example"},
    ),
    (
        '%h %t "%r" %>s "%{Cookie}i" "%{Authorization}i" %{session}C %{x}o %{y}e %X %k %I',
        f'203.0.113.9 {CLF} "GET /a HTTP/1.1" 200 "session=secret" "Basic secret" s o e + 3 88',
        {},
    ),
    (
        '%h [%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t] "%r" %>s',
        '203.0.113.9 [22/Nov/2026:09:41:33.250 +0530] "GET /a HTTP/1.1" 200',
        {"timestamp": AT + timedelta(milliseconds=250)},
    ),
    ('%h %{%Y-%m-%d %H:%M:%S}t "%r" %>s', '203.0.113.9 2026-11-22 04:11:33 "GET /a HTTP/1.1" 200', {}),
    ('%h %{begin:sec}t "%r" %>s', '203.0.113.9 1795320693 "GET /a HTTP/1.1" 200', {}),
    ('%h %{msec}t "%r" %>s', '203.0.113.9 1795320693000 "GET /a HTTP/1.1" 200', {}),
    ('%h %{usec}t "%r" %!200,304>s', '203.0.113.9 1795320693000000 "GET /a HTTP/1.1" 200', {}),
    ('%h%% %t "%r" %>s', f'203.0.113.9% {CLF} "GET /a HTTP/1.1" 200', {}),
    ('%h\\t%t\\t"%r"\\t%>s', f'203.0.113.9\t{CLF}\t"GET /a HTTP/1.1"\t200', {}),
    (
        '%h %t "%r" %>s "%{Signature}i" "%{Signature-Input}i" "%{Signature-Agent}i"',
        f'203.0.113.9 {CLF} "GET /a HTTP/1.1" 200 "sig=:a=:" "sig=()" "\\"https://c.example\\""',
        {
            "signature": "sig=:a=:",
            "signature_input": "sig=()",
            "signature_agent": '"https://c.example"',
        },
    ),
]


@pytest.mark.parametrize(("log_format", "line", "values"), APACHE)
def test_a_log_format_of_apache_becomes_a_parser(log_format, line, values):
    assert read(apache_format(log_format), line) == record(**values)


MAIN = (
    "log_format main '$remote_addr - $remote_user [$time_local] \"$request\" '\n"
    "    '$status $body_bytes_sent \"$http_referer\" '\n"
    '    \'"$http_user_agent" "$http_x_forwarded_for"\';'
)

NGINX = [
    (
        MAIN,
        f'203.0.113.9 - - {CLF} "GET /a HTTP/1.1" 200 5 "-" "say \\x22hi\\x22" "198.51.100.7"',
        {"bytes_sent": 5, "user_agent": 'say "hi"'},
    ),
    (
        'log_format t "$msec\\t$remote_addr\\t$request_method\\t$scheme://$host$request_uri\\t$status";',
        "1795320693.000\t203.0.113.9\tGET\thttps://shop.example/a\t200",
        {"host": "shop.example"},
    ),
    (
        "$time_iso8601 $remote_addr $request_method $uri$is_args$args $status $request_time $server_name",
        "2026-11-22T04:11:33+00:00 203.0.113.9 GET /a?b=1 200 0.031 shop.example",
        {"path": "/a?b=1", "duration_ms": 31.0, "host": "shop.example"},
    ),
    (
        "$time_iso8601 $remote_addr $request_method $uri$is_args$args $status $request_time $server_name",
        "2026-11-22T04:11:33+00:00 203.0.113.9 GET /a 200 -1 _",
        {},
    ),
    (
        (
            'log_format j escape=json \'{"t":"$time_iso8601","r":"$request",\'\n'
            '    \'"s":$status,"a":"$http_user_agent"}\';'
        ),
        '{"t":"2026-11-22T04:11:33Z","r":"GET /a HTTP/1.1","s":200,"a":"a \\"b\\" \\u00e9\\ud83e\\udd16"}',
        {"user_agent": 'a "b" é🤖', "ip": ""},
    ),
    (
        'log_format n escape=none \'$remote_addr [$time_local] "$request" $status "$http_user_agent"\';',
        f'203.0.113.9 {CLF} "GET /a HTTP/1.1" 200 "C:\\x41 "raw" "',
        {"user_agent": 'C:\\x41 "raw" '},
    ),
    (
        '$http_x_forwarded_for [$time_local] "$request" $status $upstream_response_time "$http_user_agent"',
        f'192.168.1.1, 203.0.113.9 {CLF} "GET /a HTTP/1.1" 200 0.001, 0.002 : 0.003 "x"',
        {"user_agent": "x"},
    ),
    (
        '$remote_addr:$remote_port [$time_local] "$request" $status $host:$server_port',
        f'2001:db8::9:4711 {CLF} "GET /a HTTP/1.1" 200 [2001:db8::1]:443',
        {"ip": "2001:db8::9", "host": "[2001:db8::1]"},
    ),
    (
        "${remote_addr}|$time_local|$request|$status|${http_user_agent}",
        "203.0.113.9|22/Nov/2026:04:11:33 +0000|GET /a HTTP/1.1|200|spaced out",
        {"user_agent": "spaced out"},
    ),
    (
        '$remote_addr [$time_local] "$request" $status $body_bytes_sent $bytes_sent "$http_cookie" $geo',
        f'203.0.113.9 {CLF} "GET /a HTTP/1.1" 200 5 300 "session=secret" DE',
        {"bytes_sent": 5},
    ),
    (
        '$remote_addr [$time_local] "$request" $status $http_host $host',
        f'203.0.113.9 {CLF} "GET /a HTTP/1.1" 200 - shop.example',
        {"host": "shop.example"},
    ),
    (
        '[$time_local] "$request" $status "$http_signature" "$http_signature_input" "$http_signature_agent"',
        f'{CLF} "GET /a HTTP/1.1" 200 "sig=:a=:" "sig=()" "\\x22https://c.example\\x22"',
        {
            "signature": "sig=:a=:",
            "signature_input": "sig=()",
            "signature_agent": '"https://c.example"',
            "ip": "",
        },
    ),
]


@pytest.mark.parametrize(("log_format", "line", "values"), NGINX)
def test_a_log_format_of_nginx_becomes_a_parser(log_format, line, values):
    assert read(nginx_format(log_format), line) == record(**values)


def test_the_client_is_the_first_public_address_forwarded_when_people_say_so():
    line = f'10.0.0.1 - - {CLF} "GET /a HTTP/1.1" 200 5 "-" "x" "192.168.0.4, [2001:db8::9]:80, 1.1.1.1"'

    found = read(nginx_format(MAIN), line, client_in_forwarded=True)

    assert found == record(ip="2001:db8::9", bytes_sent=5, user_agent="x")


def test_a_time_without_a_zone_is_of_the_zone_given():
    berlin = timezone(timedelta(hours=1))

    found = read(
        apache_format('%h %{%F %T}t "%r" %>s'),
        '203.0.113.9 2026-11-22 05:11:33 "GET /a HTTP/1.1" 200',
        timezone=berlin,
    )

    assert found == record()


@pytest.mark.parametrize(
    ("compile_format", "log_format", "message"),
    [
        (apache_format, "%h %t", "does not log the request, the status code"),
        (apache_format, '"%r" %>s', "does not log the time"),
        (apache_format, "LogFormat common", "no quoted format with %"),
        (apache_format, '%t "%r" %>s%h', "two values of the log format touch"),
        (apache_format, '%{%Q}t "%r" %>s', "%Q in the time of the log format is not understood"),
        (apache_format, '%{%F}t %h %{%T}t "%r" %>s', "another value between them"),
        (nginx_format, "$remote_addr", "does not log the request, the time, the status code"),
        (nginx_format, "log_format main;", "no format in"),
        (nginx_format, '[$time_local] "$request" $status$remote_addr', "two values of the log format touch"),
        (nginx_format, "", "does not log"),
    ],
)
def test_a_format_that_cannot_be_read_is_refused_with_the_reason(compile_format, log_format, message):
    with pytest.raises(InvalidArgumentError, match=re.escape(message)):
        compile_format(log_format)
