"""An upload accounts for its pieces in their order, and never for one behind another that failed."""

import asyncio

import pytest

from builders import judge, log_record
from crawlsight.errors import UnavailableError
from crawlsight.ledger import Ledger, Upload
from crawlsight.server.importing import _Pending, _UnderWay
from crawlsight.server.pieces import Piece


@pytest.fixture
def ledger(tmp_path):
    found = Ledger(f"sqlite:///{tmp_path}/ledger.sqlite3")
    yield found
    found.close()


def test_pieces_behind_one_that_failed_are_not_accounted_for(ledger):
    upload = Upload(id="one", project_id=1, key_id=0, name="access.log")
    outcome = judge([log_record()])

    async def stored():
        return outcome

    async def failed():
        raise UnavailableError("the ledger is away")

    async def run():
        under_way = _UnderWay(upload, ledger)
        for offset, work in ((0, stored()), (10, failed()), (20, stored())):
            piece = Piece(offset, b"x" * 10, offset + 10, f"hash {offset}")
            await under_way.add(_Pending(piece, 1, b"", asyncio.create_task(work)))
        with pytest.raises(UnavailableError):
            await under_way.finish()
        await under_way.finish()

    asyncio.run(run())

    assert (upload.lines, upload.position, upload.prefix_sha256) == (1, 10, "hash 0")
