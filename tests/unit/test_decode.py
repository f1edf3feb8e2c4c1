"""Decoding bodies: the shapes that are a batch, and what is told about those that are none."""

import pytest
from measure import run_apart

from builders import GPTBOT, encode, log_record
from crawlsight.errors import MalformedBodyError, TooManyRecordsError
from crawlsight.ingest.decode import BatchDecoder
from crawlsight.ingest.dialects import ansehn, profound
from crawlsight.ingest.validate import InvalidRecordError
from crawlsight.settings import Settings

ANSEHN = BatchDecoder(ansehn.rules(Settings().ansehn_limits()), max_records=3, takes_envelope=True)
PROFOUND = BatchDecoder(profound.rules(Settings().profound_limits()), max_records=3, takes_envelope=False)
BOTH = pytest.mark.parametrize("decoder", [ANSEHN, PROFOUND], ids=["ansehn", "profound"])

NO_BATCH = 'the body must be {"logs": [...]} or an array of records'


def paths(entries):
    return [entry["path"] if isinstance(entry, dict) else entry.path for entry in entries]


def refused(decoder, body, shape="json", error=MalformedBodyError):
    with pytest.raises(error) as refusal:
        decoder.decode(body, shape)
    return str(refusal.value)


def records(*found):
    return [log_record(path=path) for path in found]


@BOTH
@pytest.mark.parametrize("space", [b"", b" \r\n\t" * 100])
def test_an_array_is_a_batch_in_its_order(decoder, space):
    body = space + encode(records("/a", "/b")) + space

    assert paths(decoder.decode(body, "json")) == ["/a", "/b"]


def test_an_envelope_is_a_batch_in_the_ansehn_dialect_alone():
    body = encode({"note": [1], "logs": records("/a", "/b")})

    assert paths(ANSEHN.decode(body, "json")) == ["/a", "/b"]
    assert refused(PROFOUND, body) == "the body must be an array of log entries"


def test_an_envelope_with_a_wrong_record_keeps_the_order():
    body = encode({"logs": [log_record(path="/a"), log_record(path="/b", status_code="200")]})

    assert paths(ANSEHN.decode(body, "json")) == ["/a", "/b"]


@BOTH
def test_one_bare_record_is_a_batch_of_one(decoder):
    assert paths(decoder.decode(encode(log_record(path="/a")), "json")) == ["/a"]
    assert paths(decoder.decode(encode(log_record(path="/a", status_code="x")), "json")) == ["/a"]


@BOTH
@pytest.mark.parametrize("body", [b"[]", b" [ ] "])
def test_an_empty_array_is_an_empty_batch(decoder, body):
    assert decoder.decode(body, "json") == []


@pytest.mark.parametrize(
    "value", [{}, {"logs": {}}, {"logs": None}, {"logs": "[]"}, {"records": []}, {"path": "/"}]
)
def test_an_object_that_is_no_batch_is_told_what_is(value):
    assert refused(ANSEHN, encode(value)) == NO_BATCH


@BOTH
@pytest.mark.parametrize("value", [None, True, 5, "text"])
def test_a_single_value_is_no_batch(decoder, value):
    assert refused(decoder, encode(value)) == "the body must be an array of records, not a single value"


@BOTH
@pytest.mark.parametrize("body", [b"", b" \n"])
def test_an_empty_body_is_told_so(decoder, body):
    assert refused(decoder, body) == "the body is empty; send a JSON array of records"


@BOTH
@pytest.mark.parametrize(
    "body",
    [b"[", b"[{}", b"[{},]", b"{'logs': []}", b"[NaN]", b"[] []", b"\xef\xbb\xbf[", b"<xml/>", b"[\x00]"],
)
def test_what_is_not_json_is_malformed(decoder, body):
    assert refused(decoder, body).startswith("the body is not valid JSON: ")


@BOTH
@pytest.mark.parametrize(
    "body",
    [b'[{"path": "\xff"}]', b'[{"path": "\xc3\x28"}]', b'[{"path": "a\xed\xa0\x80"}]'],
    ids=["byte", "pair", "surrogate"],
)
def test_what_is_not_utf_8_is_malformed(decoder, body):
    assert refused(decoder, body).startswith("the body is not ")


@BOTH
@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"logs":', b'[{"query_params":'])
def test_deep_nesting_is_malformed_or_rejected(decoder, opening):
    depth = 100_000

    refused(decoder, opening * depth)
    closing = opening.replace(b'{"a":', b"}").replace(b'{"logs":', b"}").replace(b'[{"query_params":', b"}]")
    closing = closing.replace(b"[", b"]")
    refused(decoder, opening * depth + b"0" + closing * depth)


@BOTH
def test_an_entry_that_is_no_object_is_rejected_alone(decoder):
    first, second, third = decoder.decode(encode([5, log_record(path="/b"), None]), "json")

    assert (first.field, first.message, second.path, third.message) == (
        "record",
        "record must be a JSON object",
        "/b",
        "record must be a JSON object",
    )


@BOTH
def test_a_value_that_is_far_too_long_is_refused_undecoded(decoder):
    (entry,) = decoder.decode(encode([log_record(user_agent="x" * 70_000)]), "json")

    assert isinstance(entry, InvalidRecordError)
    assert (entry.field, entry.message) == ("user_agent", "user_agent is far too long: 70002 bytes")


@BOTH
@pytest.mark.parametrize("shape", ["json", "ndjson"])
def test_as_many_records_as_allowed_pass_and_one_more_does_not(decoder, shape):
    def body(found):
        return encode(found) if shape == "json" else b"\n".join(map(encode, found))

    assert paths(decoder.decode(body(records("/a", "/b", "/c")), shape)) == ["/a", "/b", "/c"]
    for many in (records("/a", "/b", "/c", "/d"), [{}] * 4):
        message = refused(decoder, body(many), shape, TooManyRecordsError)
        assert message == "the batch has more than 3 records; split it into smaller ones"


def test_an_envelope_has_no_more_records_than_allowed_either():
    for many in (records("/a", "/b", "/c", "/d"), [{}] * 4):
        refused(ANSEHN, encode({"logs": many}), error=TooManyRecordsError)


@BOTH
def test_lines_are_records_and_blank_ones_nothing(decoder):
    body = b"\n" + b"\r\n \r\n".join(map(encode, records("/a", "/b"))) + b"\n\n"

    assert paths(decoder.decode(body, "ndjson")) == ["/a", "/b"]


@BOTH
def test_a_bad_line_is_rejected_by_its_number(decoder):
    body = encode(log_record(path="/a")) + b"\n\nnot json\n" + b'{"path": "\xff"}'

    first, second, third = decoder.decode(body, "ndjson")

    assert first.path == "/a"
    assert second.field == third.field == "record"
    assert second.message.startswith("line 3 is not JSON: ")
    assert third.message.startswith("line 4 is not JSON: ")


@BOTH
def test_a_deeply_nested_line_is_rejected_alone(decoder):
    body = b"[" * 100_000 + b"\n" + encode(log_record(path="/b"))

    first, second = decoder.decode(body, "ndjson")

    assert (first.field, second.path) == ("record", "/b")


@BOTH
def test_lines_sent_as_json_are_told_of_ndjson(decoder):
    body = b"\n".join(map(encode, records("/a", "/b")))

    assert refused(decoder, body).endswith("; for one record a line, send Content-Type: application/x-ndjson")


@BOTH
def test_concatenated_objects_are_told_of_arrays(decoder):
    body = b"".join(map(encode, records("/a", "/b")))

    assert refused(decoder, body).endswith(
        "; for several records, send an array or one record a line as application/x-ndjson"
    )


def test_unknown_fields_are_ignored_and_aliases_kept():
    (entry,) = ANSEHN.decode(encode([log_record(secret="x", referrer="https://a.example/")]), "json")

    assert (entry.user_agent, entry.referrer, hasattr(entry, "secret")) == (
        GPTBOT,
        "https://a.example/",
        False,
    )


_MANY = """
from crawlsight.errors import TooManyRecordsError
from crawlsight.ingest.decode import BatchDecoder
from crawlsight.ingest.dialects import ansehn
from crawlsight.settings import Settings

decoder = BatchDecoder(ansehn.rules(Settings().ansehn_limits()), max_records=1000, takes_envelope=True)
list_ = b"[" + b",".join([sys.argv[1].encode()] * 5_000_000) + b"]"
body = list_ if sys.argv[2] == "array" else b'{"logs":' + list_ + b"}"
del list_
before = peak_mib()
try:
    decoder.decode(body, "json")
except TooManyRecordsError:
    print(json.dumps({"mib": peak_mib() - before}))
"""


@pytest.mark.parametrize("entry", ["{}", "[]", "0"])
@pytest.mark.parametrize("shape", ["array", "envelope"])
def test_five_million_tiny_entries_cost_little_memory(entry, shape):
    assert run_apart(_MANY, entry, shape)["mib"] <= 40
