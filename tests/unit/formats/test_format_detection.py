"""The format of a file is found from its first lines."""

import json
from pathlib import Path

import pytest

from crawlsight.errors import UnknownFormatError
from crawlsight.formats import (
    FORMATS,
    Options,
    ParsedRecord,
    decode_lines,
    detect_format,
    open_detected,
    split_json,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "formats"
DETECTABLE = [name for name, format_ in FORMATS.items() if format_.is_detectable]

COMBINED = FORMATS["combined"].sample


@pytest.mark.parametrize("name", DETECTABLE)
def test_the_format_of_a_golden_log_is_found(name):
    assert detect_format(decode_lines((GOLDEN / f"{name}.log").read_bytes())).format.name == name


@pytest.mark.parametrize("name", DETECTABLE)
def test_the_format_of_a_sample_is_found_and_reads_it(name):
    lines = FORMATS[name].sample.split("\n")

    detection = detect_format(lines)

    assert (detection.format.name, detection.prefix, detection.framing) == (name, "", "lines")
    assert isinstance(open_detected(detection, Options(host="h")).parse(lines, 1)[-1], ParsedRecord)


def test_the_reason_is_a_sentence_for_people():
    assert detect_format([COMBINED] * 98 + ["garbage"] * 2).reason == (
        "Apache and nginx combined: 98 of 100 lines match; no host, so --host is needed"
    )
    assert detect_format([FORMATS["alb"].sample, ""]).reason == (
        "AWS Application Load Balancer: 1 of 1 lines match"
    )


@pytest.mark.parametrize(
    ("name", "needs_host"), [("combined", True), ("vhost_combined", False), ("caddy", False)]
)
def test_it_says_whether_a_host_is_needed(name, needs_host):
    assert detect_format([FORMATS[name].sample]).needs_host is needs_host


@pytest.mark.parametrize(
    ("prefix", "wrap"),
    [
        ("syslog", "<190>Nov 22 04:11:33 web-1 nginx: {}"),
        ("syslog", "Nov  2 04:11:33 web-1 nginx[12]: {}"),
        ("syslog", "<190>Nov 22 04:11:33 nginx: {}"),
        ("syslog", "2026-11-22T04:11:33.123456+00:00 web-1 docker/web[12]: {}"),
        ("syslog", "<190>1 2026-11-22T04:11:33.123Z web-1 nginx 12 - - {}"),
        ("syslog", '<190>1 2026-11-22T04:11:33Z web-1 nginx 12 ID1 [a@1 b="c\\"]d"][e@2] \ufeff{}'),
        ("cri", "2026-11-22T04:11:33.123456789Z stdout F {}"),
    ],
)
@pytest.mark.parametrize("name", ["combined", "vhost_combined", "caddy", "nginx_json", "haproxy", "alb"])
def test_a_prefix_is_seen_and_taken_off(prefix, wrap, name):
    lines = [wrap.format(FORMATS[name].sample)]

    detection = detect_format(lines)

    assert (detection.format.name, detection.prefix) == (name, prefix)
    plain = FORMATS[name].open(Options(host="h")).parse([FORMATS[name].sample], 1)
    assert open_detected(detection, Options(host="h")).parse(lines, 1) == plain


@pytest.mark.parametrize("name", ["combined", "traefik_json"])
def test_dockers_json_is_seen_and_taken_off(name):
    sample = FORMATS[name].sample
    line = json.dumps({"log": f"{sample}\r\n", "stream": "stdout", "time": "2026-11-22T04:11:33.1Z"})

    detection = detect_format([line])

    assert (detection.format.name, detection.prefix) == (name, "docker")
    assert detection.reason.partition(";")[0].endswith("1 of 1 lines match behind a docker prefix")
    plain = FORMATS[name].open(Options(host="h")).parse([sample], 1)
    assert open_detected(detection, Options(host="h")).parse([line], 1) == plain


@pytest.mark.parametrize("name", ["vercel", "google", "azure", "crawlsight", "cloudfront_json"])
@pytest.mark.parametrize("wrap", ["[{0},{0}]", '{{"records": [{0},{0}]}}', '{{"logs":[{0}]}}', "{0}{0}"])
def test_json_that_is_no_line_a_row_is_seen(name, wrap):
    text = wrap.format(FORMATS[name].sample)

    detection = detect_format(text.split("\n"))

    assert (detection.format.name, detection.framing) == (name, "json")
    parser = open_detected(detection, Options())
    assert all(isinstance(result, ParsedRecord) for result in parser.parse(split_json(text), 1))


def test_json_spread_over_lines_and_cut_off_is_seen():
    rows = [json.loads(FORMATS["google"].sample)] * 20
    head = json.dumps(rows, indent=2).split("\n")[:100]

    detection = detect_format(head)

    assert (detection.format.name, detection.framing) == ("google", "json")


@pytest.mark.parametrize("head", [[], [""], ["  ", "\t"], ["x" * 20_000]])
def test_a_file_without_a_line_to_look_at_is_unknown(head):
    with pytest.raises(UnknownFormatError, match="the file is empty"):
        detect_format(head)


def test_an_unknown_format_shows_the_first_line_and_names_all_formats():
    with pytest.raises(UnknownFormatError) as caught:
        detect_format(["", "crow" * 50, "black"])

    assert f"'{'crow' * 20}…'" in str(caught.value)
    assert all(name in str(caught.value) for name in FORMATS)
    assert caught.value.code == "unknown_format"


def test_a_format_that_fits_few_lines_is_none():
    with pytest.raises(UnknownFormatError):
        detect_format([COMBINED] + ["garbage"] * 9)


def test_a_log_among_scans_and_errors_is_still_found():
    scan = COMBINED.replace("GET /a?b=1 HTTP/1.1", "\\x16\\x03\\x01")

    assert detect_format([scan] * 60 + [COMBINED] * 40).format.name == "combined"
