"""Every error Crawlsight raises: a stable code, a message, and whether trying again may help."""


class CrawlsightError(Exception):
    """Base of all errors; the message says what failed, the value, and what to do.

    Attributes:
        code: Stable name for programs; part of the API.
        retryable: True when the same request may succeed later unchanged.
    """

    code = "error"
    retryable = False


class SettingError(CrawlsightError):
    """A setting has a value that it cannot have."""

    code = "bad_setting"


class CatalogueError(CrawlsightError):
    """The crawler catalogue contradicts itself or its own examples."""

    code = "bad_catalogue"


class KeyDirectoryError(CrawlsightError):
    """What an agent serves as its key directory is none."""

    code = "bad_key_directory"


class IpListError(CrawlsightError):
    """What an operator publishes is not a list of address ranges that can be true."""

    code = "bad_ip_list"


class UnauthorizedError(CrawlsightError):
    """No key and no session, or one that is unknown, over or in the wrong place."""

    code = "unauthorized"


class ForbiddenError(CrawlsightError):
    """The key is good but lacks the scope, or the user the role."""

    code = "forbidden"


class CsrfError(CrawlsightError):
    """A browser's request lacks its session's token, or comes from another site's page."""

    code = "csrf"


class LastOneError(CrawlsightError):
    """The last owner of a project, or the last administrator, cannot go."""

    code = "last_one"


class RateLimitedError(CrawlsightError):
    """Too many requests or entries in the window.

    Attributes:
        retry_after_seconds: Whole seconds until the next request can pass.
    """

    code = "rate_limited"
    retryable = True

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class IdempotencyKeyError(CrawlsightError):
    """The Idempotency-Key header is missing or not 1-255 visible characters."""

    code = "bad_idempotency_key"


class IdempotencyConflictError(CrawlsightError):
    """The Idempotency-Key was used before, for another body."""

    code = "idempotency_conflict"


class BodyTooLargeError(CrawlsightError):
    """The body exceeds a limit in bytes, on the wire or decompressed."""

    code = "body_too_large"


class TooManyRecordsError(CrawlsightError):
    """The batch holds more records than one request may."""

    code = "too_many_records"


class MalformedBodyError(CrawlsightError):
    """The body cannot be decompressed, is not JSON, or holds no list of records."""

    code = "malformed_body"


class UnsupportedEncodingError(CrawlsightError):
    """The Content-Encoding is not one of ours."""

    code = "unsupported_encoding"


class QueryError(CrawlsightError):
    """A report query is wrong.

    Attributes:
        details: One mapping per mistake with ``loc``, ``msg`` and ``type``, as FastAPI writes them.
    """

    code = "bad_query"

    def __init__(self, details: list[dict[str, object]]) -> None:
        super().__init__("; ".join(_describe(detail) for detail in details))
        self.details = details


def _describe(detail: dict[str, object]) -> str:
    place = detail["loc"]
    names = [str(name) for name in place[1:]] if isinstance(place, list) else []
    return f"{'.'.join(names)}: {detail['msg']}" if names else str(detail["msg"])


class NotFoundError(CrawlsightError):
    """A project or key of that name does not exist."""

    code = "not_found"


class AlreadyExistsError(CrawlsightError):
    """A project of that name exists."""

    code = "already_exists"


class InvalidArgumentError(CrawlsightError):
    """A management command got a value that cannot be."""

    code = "invalid_argument"


class UnknownFormatError(CrawlsightError):
    """A log file has a format that none of ours reads."""

    code = "unknown_format"


class UnavailableError(CrawlsightError):
    """A store cannot be reached or cannot write; nothing was stored."""

    code = "unavailable"
    retryable = True


class DataDirectoryLockedError(CrawlsightError):
    """Another process owns the data directory."""

    code = "data_locked"
