"""What became of the records that a client was given."""

import msgspec

_MOST_ERRORS = 10


class Counters(msgspec.Struct):
    """Numbers of records, except where said; each record ends in one of those that :attr:`settled` adds up.

    Attributes:
        handed: Given to the client.
        dropped_queue_full: Given while the queue was full.
        undelivered: Given up: the key was refused, or the client was closed before they were sent.
        sent: In batches that the server judged.
        accepted: Valid, says the server.
        stored: Kept by the server; a Profound server does not say.
        dropped: Valid but not kept: no crawlers. A Profound server does not say.
        quarantined: Set aside by the server: of a host that is not the project's.
        rejected: Invalid, by the server's judgement or because they cannot be written as JSON.
        batches: Requests that the server judged.
        retries: Requests that were sent again.
        errors: What was wrong with the first ten rejected.
    """

    handed: int = 0
    dropped_queue_full: int = 0
    undelivered: int = 0
    sent: int = 0
    accepted: int = 0
    stored: int = 0
    dropped: int = 0
    quarantined: int = 0
    rejected: int = 0
    batches: int = 0
    retries: int = 0
    errors: list[str] = msgspec.field(default_factory=list)

    @property
    def settled(self) -> int:
        """Records whose fate is known; the others wait in the queue or are on their way."""
        return self.dropped_queue_full + self.undelivered + self.accepted + self.rejected

    def reject(self, records: int, errors: list[str]) -> None:
        """Count records as rejected; of all errors only the first ten are kept."""
        self.rejected += records
        self.errors += errors[: _MOST_ERRORS - len(self.errors)]

    def copy(self) -> "Counters":
        """Take a copy that does not go on counting."""
        return msgspec.structs.replace(self, errors=list(self.errors))
