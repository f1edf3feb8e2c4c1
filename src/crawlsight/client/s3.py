"""Objects of Amazon S3, or of what speaks like it: listed under a prefix, read as a stream."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import boto3
from botocore import exceptions as aws

from crawlsight.client.redaction import redact_url
from crawlsight.errors import CrawlsightError, InvalidArgumentError, NotFoundError, UnavailableError

SCHEME = "s3://"

_CHUNK_BYTES = 1024 * 1024

_MOST_KEYS = 1_000

# Folders that consoles make, and what a load balancer writes to see whether it may.
_NO_LOGS = ("/", "ELBAccessLogTestFile")

_NO_CREDENTIALS = (
    aws.NoCredentialsError,
    aws.PartialCredentialsError,
    aws.CredentialRetrievalError,
    aws.TokenRetrievalError,
    aws.SSOError,
)

_DENIED = frozenset({"403", "AccessDenied", "AllAccessDisabled", "Forbidden"})

_BAD_CREDENTIALS = frozenset(
    {
        "ExpiredToken",
        "InvalidAccessKeyId",
        "InvalidToken",
        "SignatureDoesNotMatch",
        "TokenRefreshRequired",
    }
)

# What is wrong with one object and not with those after it.
_OF_ONE_OBJECT = {
    "404": "is gone",
    "NoSuchKey": "is gone",
    "412": "has changed since it was listed",
    "PreconditionFailed": "has changed since it was listed",
    "InvalidObjectState": "is archived; restore it, or pass over it by --since",
}


class S3Object(NamedTuple):
    """An object as it was listed.

    Attributes:
        etag: Changes with the content.
    """

    bucket: str
    key: str
    etag: str
    size_bytes: int
    modified_at: datetime

    @property
    def url(self) -> str:
        """The object's address, as people write it."""
        return f"{SCHEME}{self.bucket}/{self.key}"


class S3:
    """The storage that boto3 finds by the environment: credentials, region and endpoint.

    Args:
        page_keys: Most keys that one request lists.

    Raises:
        InvalidArgumentError: The environment names a profile, region or endpoint that cannot be.
    """

    def __init__(self, page_keys: int = _MOST_KEYS) -> None:
        self._page_keys = page_keys
        try:
            self._client: Any = boto3.session.Session().client("s3")
        except aws.BotoCoreError as error:
            raise InvalidArgumentError(f"the AWS settings cannot be used: {_one_line(error)}") from error
        except ValueError as error:
            # Its text repeats the address, and that may have a password.
            raise InvalidArgumentError("AWS_ENDPOINT_URL is no address such as https://s3.example") from error

    def find(self, url: str) -> Iterator[S3Object]:
        """List the object that has this address, or else all below it, in the order of their keys.

        Raises:
            InvalidArgumentError: The address is none, or the credentials are missing or refused.
            NotFoundError: There is no such bucket, or nothing in it to read begins so.
            UnavailableError: The storage cannot be reached.
        """
        bucket, _, prefix = url.removeprefix(SCHEME).partition("/")
        if not bucket:
            raise InvalidArgumentError(f"{url!r} names no bucket; write s3://bucket/prefix")
        is_found = False
        for found in self._list(url, bucket, prefix):
            if found.size_bytes and not found.key.endswith(_NO_LOGS):
                is_found = True
                yield found
                if found.key == prefix:
                    return
        if not is_found:
            raise NotFoundError(f"there is nothing to import under {url}")

    def _list(self, url: str, bucket: str, prefix: str) -> Iterator[S3Object]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=prefix, PaginationConfig={"PageSize": self._page_keys}
        )
        with self._explained(url, "s3:ListBucket on the bucket"):
            for page in pages:
                for found in page.get("Contents", []):
                    yield S3Object(bucket, found["Key"], found["ETag"], found["Size"], found["LastModified"])

    def open(self, found: S3Object) -> Iterator[bytes]:
        """Give an object's content in chunks, if it is still what was listed.

        Raises:
            NotFoundError: It cannot be read, though others may be.
            InvalidArgumentError: The credentials may not read it.
            UnavailableError: The storage cannot be reached, or breaks off.
        """
        with self._explained(found.url, "s3:GetObject on the bucket's objects"):
            answer = self._client.get_object(Bucket=found.bucket, Key=found.key, IfMatch=found.etag)
        return self._chunks(found.url, answer["Body"])

    def _chunks(self, url: str, body: Any) -> Iterator[bytes]:
        with self._explained(url, "s3:GetObject on the bucket's objects"), body:
            yield from body.iter_chunks(_CHUNK_BYTES)

    @contextmanager
    def _explained(self, url: str, permission: str) -> Iterator[None]:
        try:
            yield
        except aws.ClientError as error:
            raise _explain(url, permission, error.response["Error"]) from error
        except _NO_CREDENTIALS as error:
            raise InvalidArgumentError(
                f"there are no AWS credentials for {url} ({type(error).__name__}); set AWS_PROFILE, or "
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role gives them"
            ) from error
        except (aws.ConnectionError, aws.HTTPClientError, aws.IncompleteReadError) as error:
            endpoint = redact_url(self._client.meta.endpoint_url)
            raise UnavailableError(f"{url} cannot be read from {endpoint}: {type(error).__name__}") from error
        except aws.BotoCoreError as error:
            raise InvalidArgumentError(f"{url} cannot be read: {_one_line(error)}") from error


def _explain(url: str, permission: str, error: dict[str, str]) -> CrawlsightError:
    """Word what the storage answers; its own words may repeat what was sent, so only its code is told."""
    code = error.get("Code", "unknown")
    if code == "NoSuchBucket":
        return NotFoundError(f"there is no bucket {url.removeprefix(SCHEME).partition('/')[0]!r}")
    if code in _OF_ONE_OBJECT:
        return NotFoundError(f"{url} {_OF_ONE_OBJECT[code]}")
    if code in _DENIED:
        return InvalidArgumentError(f"access to {url} is denied; the credentials need {permission}")
    if code in _BAD_CREDENTIALS:
        return InvalidArgumentError(f"the AWS credentials are refused: {code}")
    return UnavailableError(f"{url} cannot be read: the storage answers {code}")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
