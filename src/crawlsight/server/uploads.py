"""Upload log files: receive them to the disk, import them beside, and tell how far they are."""

import asyncio
import contextlib
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import msgspec
from litestar import Request, Response, get, post
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from crawlsight.client.decompression import is_compressed
from crawlsight.errors import BodyTooLargeError, InvalidArgumentError, MalformedBodyError
from crawlsight.ingest.lines import FileFormat
from crawlsight.ledger import Upload, UploadState
from crawlsight.server.access import Permission, ProjectCaller, authorize_project
from crawlsight.server.importing import AUTO
from crawlsight.server.pieces import AHEAD_BYTES
from crawlsight.server.questions import in_thread, read_number, respond
from crawlsight.server.receiving import SEND_AGAIN, Receiving
from crawlsight.server.services import Services

PATH = "/v1/projects/{project:str}/uploads"

_MOST_FILES = 100
_MOST_NAME_CHARS = 255
_CHUNK_BYTES = 512 * 1024
_MOST_FINGERPRINT_CHARS = 64
_MOST_FINGERPRINTS = 100

# Proxies give up on what takes much longer.
MOST_WAIT_MS = 10_000

_ENDED = {UploadState.DONE, UploadState.FAILED}


@post(PATH, status_code=202)
async def upload_files(request: Request[Any, Any, Any], services: Services, project: str) -> Response[bytes]:
    """Receive one file as the body, or several as a form."""
    caller = authorize_project(request, services, project, Permission.INGEST)
    parameters = request.query_params
    wanted = FileFormat(
        name=parameters.get("format", AUTO),
        template=parameters.get("template", ""),
        host=parameters.get("host", ""),
    )
    if wanted.name != AUTO or wanted.template:
        wanted.resolve()
    receiver = _Receiver(request, services, caller, wanted)
    try:
        uploads = await receiver.receive(
            parameters.get("name", "upload"), _checked(parameters.get("fingerprint", ""))
        )
    except BaseException as error:
        receiver.discard(error)
        raise
    for upload in uploads:
        await receiver.hand_over(upload)
    return respond(request, [shown(upload) for upload in uploads], 202)


@get(PATH)
async def list_uploads(request: Request[Any, Any, Any], services: Services, project: str) -> Response[bytes]:
    """List the project's uploads, newest first, or those of some fingerprints that were imported."""
    caller = authorize_project(request, services, project, Permission.INGEST)
    project_id = caller.project_id
    fingerprints = [_checked(text) for text in request.query_params.getall("fingerprint", [])]
    if len(fingerprints) > _MOST_FINGERPRINTS:
        raise InvalidArgumentError(f"more than {_MOST_FINGERPRINTS} fingerprints; ask in parts")
    uploads = services.ledger.uploads
    found = await in_thread(
        services,
        lambda: uploads.imported(project_id, fingerprints) if fingerprints else uploads.list(project_id),
    )
    return respond(request, [shown(upload) for upload in found])


@get(PATH + "/{upload_id:str}")
async def show_upload(
    request: Request[Any, Any, Any], services: Services, project: str, upload_id: str
) -> Response[bytes]:
    """Tell how far an upload is, at once or as soon as it has ended."""
    caller = authorize_project(request, services, project, Permission.INGEST)
    wait_ms = read_number(request, "wait_ms", 0, 0, MOST_WAIT_MS)

    def get_upload() -> Upload:
        return services.ledger.uploads.get(caller.project_id, upload_id)

    # Whatever ends after the look is told.
    with services.importer.endings.expecting(upload_id) as ending:
        found = await in_thread(services, get_upload)
        if wait_ms and found.state not in _ENDED:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), wait_ms / 1000)
            found = await in_thread(services, get_upload)
    return respond(request, shown(found))


def shown(upload: Upload) -> dict[str, Any]:
    """Put an upload in the words of the API."""
    values = msgspec.to_builtins(upload)
    for name in ("project_id", "key_id", "header", "head_sha256", "prefix_sha256", "position"):
        values.pop(name)
    chosen = msgspec.json.decode(upload.format, type=FileFormat)
    return {**values, "format": chosen.template or chosen.name}


def _checked(fingerprint: str) -> str:
    if len(fingerprint) > _MOST_FINGERPRINT_CHARS:
        raise InvalidArgumentError(f"a fingerprint has at most {_MOST_FINGERPRINT_CHARS} characters")
    return fingerprint


class _Receiver:
    """Writes what is received into files, never more of it in memory than a chunk."""

    def __init__(
        self, request: Request[Any, Any, Any], services: Services, caller: ProjectCaller, wanted: FileFormat
    ) -> None:
        self._request, self._caller, self._wanted = request, caller, wanted
        self._importer, self._noted = services.importer, services.ledger.uploads
        self._most_bytes = services.settings.max_upload_bytes
        self._uploads: list[Upload] = []
        self._files: list[Receiving] = []
        self._file: IO[bytes] | None = None
        self._followed: Upload | None = None

    async def receive(self, name: str, fingerprint: str) -> list[Upload]:
        """Receive everything.

        Args:
            name: Of the file that is the body; the files of a form have their own.
            fingerprint: Of the same.

        Raises:
            BodyTooLargeError: A file is larger than allowed.
            MalformedBodyError: The form is none, or the sender hung up.
        """
        kind, options = parse_options_header(self._request.headers.get("content-type", ""))
        if kind == "multipart/form-data":
            await self._receive_form(options.get("boundary", ""))
        else:
            await self._receive_body(name, fingerprint)
        if not self._uploads:
            raise InvalidArgumentError("the form has no file; send each as a part with a file name")
        return self._uploads

    async def hand_over(self, upload: Upload) -> None:
        """Have a file imported that was received, unless it is already."""
        if upload is not self._followed:
            await asyncio.to_thread(self._noted.add, upload)
            self._importer.add(upload)

    async def _receive_body(self, name: str, fingerprint: str) -> None:
        self._begin(name, fingerprint)
        upload, file, is_plain = self._uploads[0], self._files[0], True
        async for chunk in self._chunks():
            if not upload.bytes_total:
                is_plain = not is_compressed(chunk)
            await asyncio.to_thread(self._write, chunk)
            file.grow(upload.bytes_total)
            # How much more there must be to read on is known of plain files only.
            if is_plain and self._followed is None and upload.bytes_total >= AHEAD_BYTES:
                await self._follow(upload, file)
        self._end()

    async def _follow(self, upload: Upload, file: Receiving) -> None:
        if self._importer.can_follow:
            self._followed = upload
            await asyncio.to_thread(self._noted.add, upload)
            self._importer.follow(upload, file)

    async def _chunks(self) -> Any:
        """Give the body in chunks that are worth a way to another thread."""
        parts: list[bytes] = []
        size, has_more = 0, True
        while has_more:
            message = await self._request.receive()
            if message["type"] != "http.request":
                raise MalformedBodyError(f"the connection was closed before the upload's end; {SEND_AGAIN}")
            has_more = message["more_body"]
            parts.append(message["body"])
            size += len(parts[-1])
            if size >= _CHUNK_BYTES or not has_more:
                yield b"".join(parts)
                parts, size = [], 0

    async def _receive_form(self, boundary: str) -> None:
        try:
            with PushMultipartParser(boundary, max_segment_count=_MOST_FILES) as parser:
                async for chunk in self._chunks():
                    await asyncio.to_thread(self._take_parts, parser, chunk)
        except MultipartError as error:
            raise MalformedBodyError(f"the form cannot be read: {error}") from error

    def _take_parts(self, parser: PushMultipartParser, chunk: bytes) -> None:
        for part in parser.parse(chunk):
            if isinstance(part, MultipartSegment):
                if part.filename:
                    self._begin(part.filename)
            elif part is None:
                self._end()
            else:
                self._write(part)

    def _begin(self, name: str, fingerprint: str = "") -> None:
        upload = Upload(
            id=str(uuid4()),
            project_id=self._caller.project_id,
            key_id=self._caller.key_id,
            name=Path(name).name[:_MOST_NAME_CHARS] or "upload",
            format=msgspec.json.encode(self._wanted).decode(),
            host=self._wanted.host,
            fingerprint=fingerprint,
        )
        self._uploads.append(upload)
        self._files.append(Receiving(self._importer.folder / upload.id))
        self._file = self._files[-1].create()

    def _write(self, content: bytes | bytearray) -> None:
        if self._file is None:
            return
        self._file.write(content)
        # Whoever follows reads it at once.
        self._file.flush()
        self._uploads[-1].bytes_total += len(content)
        if self._uploads[-1].bytes_total > self._most_bytes:
            raise BodyTooLargeError(f"the file is larger than {self._most_bytes} bytes; split it")

    def _end(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            self._files[-1].end()

    def discard(self, error: BaseException) -> None:
        """Delete what was received of an upload that failed for that reason."""
        if self._file is not None:
            self._file.close()
        for file in self._files:
            file.lose(error)
