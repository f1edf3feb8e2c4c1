"""What questions to the server share: what the body says, a thread to wait in, an answer."""

import asyncio
import typing
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response

from crawlsight.errors import InvalidArgumentError, MalformedBodyError, NotFoundError, QueryError
from crawlsight.server.bodies import read_body
from crawlsight.server.services import Services

_MOST_QUERY_BYTES = 1024 * 1024
_MOST_ID = 2**31 - 1

_T = TypeVar("_T")


async def read_json(request: Request[Any, Any, Any]) -> Any:
    """Read the body.

    Raises:
        BodyTooLargeError: It has more than 1 MiB.
        QueryError: It is not JSON.
    """
    body = await read_body(request.receive, _MOST_QUERY_BYTES)
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise QueryError(
            [{"loc": ["body"], "msg": f"JSON decode error: {error}", "type": "json_invalid"}]
        ) from None


async def read_as(request: Request[Any, Any, Any], kind: type[_T]) -> _T:
    """Read the body as a value of a wire type.

    Raises:
        BodyTooLargeError: It has more than 1 MiB.
        InvalidArgumentError: A field is missing, unknown or cannot have its value.
        MalformedBodyError: It is not JSON.
    """
    body = await read_body(request.receive, _MOST_QUERY_BYTES)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise InvalidArgumentError(_worded(str(error), kind)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedBodyError(f"the body is not JSON: {error}") from None


def _worded(message: str, kind: Any) -> str:
    """Begin with the field's name, and end with what it can be if that is one of a few."""
    text, _, place = message.partition(" - at `$.")
    name = place.rstrip("`")
    types = {field.name: field.type for field in msgspec.structs.fields(kind)}
    choices = typing.get_args(types.get(name.partition("[")[0]))
    texts = [choice for choice in choices if isinstance(choice, str)]
    hint = f"; use one of {', '.join(texts)}" if texts else ""
    return f"{name}: {text}{hint}" if name else text


def read_number(request: Request[Any, Any, Any], name: str, default: int, least: int, most: int) -> int:
    """Read a whole number from the query of the address.

    Raises:
        InvalidArgumentError: It is none, too small or too large.
    """
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
        raise InvalidArgumentError(f"{name}: {text[:40]!r} is no whole number from {least} to {most}")
    return int(text)


def row_id(number: int) -> int:
    """Take a number from a path for the id of a row.

    Raises:
        NotFoundError: It is larger than any id, and no database would take it.
    """
    if number > _MOST_ID:
        raise NotFoundError("there is nothing with so large an id")
    return number


async def in_thread(services: Services, work: Callable[[], _T]) -> _T:
    """Do work that waits for the visits store where it holds nobody up."""
    return await asyncio.get_running_loop().run_in_executor(services.report_threads, work)


def respond(request: Request[Any, Any, Any], body: Any, status: int = 200) -> Response[bytes]:
    """Answer with JSON."""
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type="application/json",
        headers=request.state.rate_headers,
    )


def done(request: Request[Any, Any, Any]) -> Response[None]:
    """Answer that it is done, with nothing else to say."""
    return Response(None, status_code=204, headers=request.state.rate_headers)
