"""All that a judgement of who sent a request rests on: catalogue, assistants, ranges, signing keys."""

from collections.abc import Mapping, Sequence
from functools import cache

import msgspec

from crawlsight.detect.catalogue import Catalogue, built_in_catalogue
from crawlsight.detect.ranges import Snapshot, built_in_snapshots
from crawlsight.detect.referrals import Assistant, built_in_assistants


class Knowledge(msgspec.Struct, frozen=True):
    """What is known at one time.

    Attributes:
        snapshots: Published address ranges by the slug of their list.
        key_directories: Bodies of signers' key directories by their host.
    """

    catalogue: Catalogue
    assistants: Sequence[Assistant]
    snapshots: Mapping[str, Snapshot]
    key_directories: Mapping[str, bytes] = {}


@cache
def built_in_knowledge() -> Knowledge:
    """Load what comes with the package."""
    return Knowledge(built_in_catalogue(), built_in_assistants(), built_in_snapshots())
