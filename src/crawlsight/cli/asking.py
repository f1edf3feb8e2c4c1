"""Ask a running server, with a key that lives for one command."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from crawlsight.errors import InvalidArgumentError, UnavailableError

if TYPE_CHECKING:
    import httpx

    from crawlsight.ledger import Ledger, Project, Scope

_KEY_LIFE = timedelta(minutes=5)


def ask_server(
    url: str,
    ledger: "Ledger",
    project: "Project",
    scope: "Scope",
    path: str,
    body: dict[str, Any],
    *,
    most_seconds: float = 60,
) -> Any:
    """Post *body* for a project and give the answer, decoded.

    Raises:
        InvalidArgumentError: The server refuses the question.
        UnavailableError: It does not answer.
    """
    import httpx

    with passing_key(ledger, project, scope, path.rpartition("/")[2], _KEY_LIFE) as key:
        try:
            answer = httpx.post(f"{url}{path}", json=body, headers={"X-API-Key": key}, timeout=most_seconds)
        except httpx.HTTPError as error:
            raise UnavailableError(f"the server at {url} does not answer: {error}") from error
    if answer.status_code != httpx.codes.OK:
        raise InvalidArgumentError(_explain(answer))
    return answer.json()


@contextmanager
def passing_key(
    ledger: "Ledger", project: "Project", scope: "Scope", name: str, life: timedelta
) -> Iterator[str]:
    """Make a key that is gone when the block ends.

    Args:
        life: When it is gone at the latest, should the command be killed.
    """
    expires_at = datetime.now(UTC) + life
    key_id, key = ledger.keys.create(project, scopes=[scope], name=name, expires_at=expires_at)
    try:
        yield key
    except KeyboardInterrupt:
        # What the server still does under this key needs to find whose it was.
        ledger.keys.revoke(key_id)
        raise
    except BaseException:
        ledger.keys.delete(key_id)
        raise
    ledger.keys.delete(key_id)


def _explain(answer: "httpx.Response") -> str:
    detail = answer.json().get("detail", answer.text)
    if isinstance(detail, list):
        return "; ".join(f"{'.'.join(map(str, item['loc'][1:]))}: {item['msg']}" for item in detail)
    return str(detail)
