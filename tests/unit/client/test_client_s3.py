"""Objects of S3: which are found under an address, their content, and every way in which it fails."""

import os
import socketserver
import threading

import pytest

from crawlsight.client.s3 import S3
from crawlsight.errors import InvalidArgumentError, NotFoundError, UnavailableError
from s3_parts import SECRET, running_storage


@pytest.fixture(scope="module")
def storage():
    with running_storage() as found:
        yield found


@pytest.fixture(scope="module")
def s3(storage):
    with pytest.MonkeyPatch.context() as patch:
        lead(patch, storage.environment())
        return S3(page_keys=3)


@pytest.fixture
def reach(monkeypatch):
    """Set the environment."""
    return lambda environment: lead(monkeypatch, environment)


def lead(patch, environment):
    """Set the environment; nothing of the machine's own is left in it."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        patch.delenv(name)
    for name, value in environment.items():
        patch.setenv(name, value)


def keys(found):
    return [item.key for item in found]


def test_all_that_is_below_a_prefix_is_found_in_the_order_of_keys_over_many_pages(storage, s3):
    bucket = storage.bucket({})
    for number in (7, 0, 3, 5, 1, 6, 2, 4):
        storage.put(bucket, f"cdn/2026-11-{number}.gz", b"x")
    storage.put(bucket, "else/2026-11-9.gz", b"x")

    found = list(s3.find(f"s3://{bucket}/cdn/"))

    assert keys(found) == [f"cdn/2026-11-{number}.gz" for number in range(8)]
    assert (found[0].url, found[0].size_bytes) == (f"s3://{bucket}/cdn/2026-11-0.gz", 1)
    assert len(keys(s3.find(f"s3://{bucket}"))) == 9


def test_the_address_of_an_object_means_no_other_that_begins_like_it(storage, s3):
    bucket = storage.bucket({"access.log": b"x", "access.log.1": b"x"})

    assert keys(s3.find(f"s3://{bucket}/access.log")) == ["access.log"]
    assert keys(s3.find(f"s3://{bucket}/access")) == ["access.log", "access.log.1"]


def test_what_is_no_log_is_passed_over(storage, s3):
    bucket = storage.bucket(
        {"a/": b"", "a/b": b"x", "a/c": b"", "a/ELBAccessLogTestFile": b"Enable AccessLog for ELB"}
    )

    assert keys(s3.find(f"s3://{bucket}/a")) == ["a/b"]


def test_content_comes_in_chunks_whatever_the_key(storage, s3):
    content = os.urandom(2_500_000)
    bucket = storage.bucket({"a b+ü%20=&?/c.gz": content})

    (found,) = s3.find(f"s3://{bucket}/a b")
    chunks = list(s3.open(found))

    assert b"".join(chunks) == content
    assert max(map(len, chunks)) <= 1024 * 1024


@pytest.mark.parametrize(
    ("url", "error", "message"),
    [
        ("s3://", InvalidArgumentError, "'s3://' names no bucket; write s3://bucket/prefix"),
        ("s3:///logs", InvalidArgumentError, "'s3:///logs' names no bucket; write s3://bucket/prefix"),
        ("s3://no-such-bucket/a", NotFoundError, "there is no bucket 'no-such-bucket'"),
        ("s3://no$bucket/a", InvalidArgumentError, "s3://no$bucket/a cannot be read: Parameter validation"),
    ],
)
def test_an_address_that_leads_nowhere_is_named(s3, url, error, message):
    with pytest.raises(error) as found:
        list(s3.find(url))

    assert str(found.value)[: len(message)] == message


def test_a_prefix_with_nothing_to_import_is_named(storage, s3):
    bucket = storage.bucket({"a/": b"", "b/1": b"x"})

    with pytest.raises(NotFoundError, match=f"^there is nothing to import under s3://{bucket}/a$"):
        list(s3.find(f"s3://{bucket}/a"))


def test_without_credentials_it_is_said_where_they_are_looked_for(storage, reach):
    reach(storage.environment(key_id=""))

    with pytest.raises(InvalidArgumentError) as found:
        list(S3().find("s3://logs/a"))

    assert str(found.value) == (
        "there are no AWS credentials for s3://logs/a (NoCredentialsError); set AWS_PROFILE, or "
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role gives them"
    )


def test_credentials_that_are_refused_are_not_repeated(storage, reach):
    bucket = storage.bucket({"a": b"x"})
    reach(storage.environment())

    with storage.guarded(), pytest.raises(InvalidArgumentError) as found:
        list(S3().find(f"s3://{bucket}/a"))

    assert str(found.value) == "the AWS credentials are refused: InvalidAccessKeyId"
    assert SECRET not in str(found.value.__cause__)


def test_whom_the_bucket_may_not_be_listed_by_is_told_the_permission(storage, reach):
    bucket = storage.bucket({"a": b"x"})
    reach(storage.stranger())

    with storage.guarded(), pytest.raises(InvalidArgumentError) as found:
        list(S3().find(f"s3://{bucket}/a"))

    assert str(found.value) == (
        f"access to s3://{bucket}/a is denied; the credentials need s3:ListBucket on the bucket"
    )


def test_whom_an_object_may_not_be_read_by_is_told_the_permission(storage, s3):
    bucket = storage.bucket({"a": b"x"})
    storage.deny_reading(bucket)

    (found,) = s3.find(f"s3://{bucket}")
    with pytest.raises(InvalidArgumentError) as error:
        s3.open(found)

    assert str(error.value) == (
        f"access to s3://{bucket}/a is denied; the credentials need s3:GetObject on the bucket's objects"
    )


def test_an_object_is_read_only_as_it_was_listed(storage, s3):
    bucket = storage.bucket({"a": b"x", "b": b"x"})
    storage.put(bucket, "c", b"x", StorageClass="GLACIER")
    listed = list(s3.find(f"s3://{bucket}"))
    storage.put(bucket, "a", b"y")
    storage.client.delete_object(Bucket=bucket, Key="b")

    messages = []
    for found in listed:
        with pytest.raises(NotFoundError) as error:
            s3.open(found)
        messages.append(str(error.value))

    assert messages == [
        f"s3://{bucket}/a has changed since it was listed",
        f"s3://{bucket}/b is gone",
        f"s3://{bucket}/c is archived; restore it, or pass over it by --since",
    ]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"AWS_ENDPOINT_URL": "nonsense"}, "AWS_ENDPOINT_URL is no address such as https://s3.example"),
        ({"AWS_PROFILE": "nobody"}, "the AWS settings cannot be used: The config profile (nobody) could not"),
        (
            {"AWS_DEFAULT_REGION": "the moon"},
            "the AWS settings cannot be used: Provided region_name 'the moon'",
        ),
    ],
)
def test_settings_that_cannot_be_are_named(storage, reach, changed, message):
    reach({**storage.environment(), **changed})

    with pytest.raises(InvalidArgumentError) as found:
        S3()

    assert str(found.value)[: len(message)] == message


class BreakingOff(socketserver.StreamRequestHandler):
    """Promises more than it sends."""

    def handle(self):
        while self.rfile.readline().strip():
            pass
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nhalf")


def test_a_storage_that_breaks_off_is_no_end_of_the_content(storage, s3, reach):
    bucket = storage.bucket({"a": b"x" * 9})
    (found,) = s3.find(f"s3://{bucket}")

    with socketserver.TCPServer(("127.0.0.1", 0), BreakingOff) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        reach({**storage.environment(), "AWS_ENDPOINT_URL": endpoint})
        with pytest.raises(UnavailableError) as error:
            list(S3().open(found))
        thread.join()

    assert str(error.value) == f"{found.url} cannot be read from {endpoint}: IncompleteReadError"


def test_a_storage_that_is_away_is_named_without_its_password(storage, reach):
    reach({**storage.environment(), "AWS_ENDPOINT_URL": "http://user:password@127.0.0.1:9"})

    with pytest.raises(UnavailableError) as error:
        list(S3().find("s3://logs/a"))

    assert str(error.value) == "s3://logs/a cannot be read from http://127.0.0.1:9: EndpointConnectionError"
