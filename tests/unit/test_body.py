"""Bodies and their encodings: never more than the limit comes out, and corrupt ones are told so."""

import contextlib
import gzip
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from measure import run_apart

from crawlsight.errors import BodyTooLargeError, MalformedBodyError, UnsupportedEncodingError
from crawlsight.ingest.body import compress_block, decompress_block, inflate

MIB = 1024 * 1024


def raw_deflate(plain):
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(plain) + stream.flush()


def zstd_of_unknown_size(plain):
    stream = zstandard.ZstdCompressor().compressobj()
    return stream.compress(plain) + stream.flush()


CODECS = {
    "gzip": ("gzip", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "zstd": ("zstd", zstandard.ZstdCompressor().compress),
    "zstd of unknown size": ("zstd", zstd_of_unknown_size),
    "br": ("br", brotli.compress),
}

encoded = pytest.mark.parametrize(("encoding", "compress"), CODECS.values(), ids=CODECS)


@pytest.mark.parametrize("encoding", ["", "identity", "Identity", " identity "])
def test_a_plain_body_is_itself(encoding):
    assert inflate(b"[]", encoding, 2) == b"[]"


@pytest.mark.parametrize("encoding", ["GZIP", "x-gzip", " gzip "])
def test_the_name_of_an_encoding_is_read_in_any_case(encoding):
    assert inflate(gzip.compress(b"[]"), encoding, 10) == b"[]"


@pytest.mark.parametrize("encoding", ["lzma", "gzip, br", "gzip,gzip", "compress", "*", "x" * 1_000])
def test_any_other_encoding_is_unsupported(encoding):
    with pytest.raises(UnsupportedEncodingError) as refusal:
        inflate(b"[]", encoding, 10)

    assert str(refusal.value) == (
        f"Content-Encoding is {encoding[:40]!r}; use one of gzip, deflate, zstd, br, or none"
    )


@given(st.sampled_from(sorted(CODECS)), st.binary(max_size=5_000))
def test_what_was_compressed_comes_out_again(name, plain):
    encoding, compress = CODECS[name]

    assert inflate(compress(plain), encoding, 5_000) == plain


@given(st.binary())
def test_a_block_comes_out_of_its_compression(rows):
    assert decompress_block(compress_block(rows)) == rows


@encoded
@pytest.mark.parametrize("size", [0, 1, 1_000, 100_000])
def test_exactly_the_limit_passes_and_one_byte_more_does_not(encoding, compress, size):
    plain = bytes(range(251)) * (size // 251 + 1)

    assert inflate(compress(plain[:size]), encoding, size) == plain[:size]
    with pytest.raises(BodyTooLargeError):
        inflate(compress(plain[: size + 1]), encoding, size)


def test_a_plain_body_over_the_limit_is_too_large():
    with pytest.raises(BodyTooLargeError, match="more than 2 bytes after decompression"):
        inflate(b"[1]", "", 2)


@encoded
def test_every_truncation_is_malformed(encoding, compress):
    body = compress(bytes(range(256)) * 40)

    for end in range(1, len(body)):
        with pytest.raises(MalformedBodyError):
            inflate(body[:end], encoding, MIB)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd", "br"])
@pytest.mark.parametrize("body", [b"[{}]", b"\x00" * 100, b"\xff" * 100], ids=["json", "zeros", "ones"])
def test_what_was_never_compressed_is_malformed(encoding, body):
    with pytest.raises(MalformedBodyError, match="is not valid"):
        inflate(body, encoding, MIB)


@pytest.mark.parametrize("name", ["gzip", "deflate"])
def test_a_wrong_checksum_is_malformed(name):
    encoding, compress = CODECS[name]
    body = bytearray(compress(b"hello world" * 20))
    body[-1 if name == "deflate" else -8] ^= 0x55

    with pytest.raises(MalformedBodyError):
        inflate(bytes(body), encoding, MIB)


@given(st.sampled_from(["gzip", "deflate", "zstd", "br"]), st.binary(max_size=200))
def test_no_bytes_raise_anything_but_our_errors(encoding, body):
    with contextlib.suppress(MalformedBodyError, BodyTooLargeError):
        inflate(body, encoding, 1_000)


@given(st.sampled_from(sorted(CODECS)), st.integers(min_value=0), st.integers(0, 255))
def test_no_damaged_byte_raises_anything_but_our_errors(name, position, value):
    encoding, compress = CODECS[name]
    body = bytearray(compress(b'[{"host": "example.com"}]' * 20))
    body[position % len(body)] = value

    with contextlib.suppress(MalformedBodyError, BodyTooLargeError):
        inflate(bytes(body), encoding, 1_000)


def test_several_gzip_members_are_one_body():
    assert inflate(gzip.compress(b"[1,") + gzip.compress(b"") + gzip.compress(b"2]"), "gzip", 5) == b"[1,2]"


def test_several_gzip_members_share_one_limit():
    with pytest.raises(BodyTooLargeError):
        inflate(gzip.compress(b"[1,") + gzip.compress(b"2]"), "gzip", 4)


def test_gzip_may_be_padded_with_zeros_but_not_followed_by_others():
    assert inflate(gzip.compress(b"[]") + b"\0" * 512, "gzip", 5) == b"[]"
    with pytest.raises(MalformedBodyError):
        inflate(gzip.compress(b"[]") + b"rubbish", "gzip", 5)


def test_several_zstd_frames_are_one_body():
    compress = zstandard.ZstdCompressor().compress

    assert inflate(compress(b"[1,") + compress(b"2]"), "zstd", 5) == b"[1,2]"


def test_a_zstd_frame_that_asks_for_a_huge_window_is_refused():
    parameters = zstandard.ZstdCompressionParameters.from_level(1, window_log=27)
    stream = zstandard.ZstdCompressor(compression_params=parameters).compressobj()

    with pytest.raises(MalformedBodyError):
        inflate(stream.compress(b"[]") + stream.flush(), "zstd", 5)


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_a_body_of_more_members_than_any_shipper_sends_is_refused(name):
    encoding, compress = CODECS[name]

    assert inflate(compress(b"a") * 100, encoding, MIB) == b"a" * 100
    with pytest.raises(MalformedBodyError):
        inflate(compress(b"") * 101, encoding, MIB)


_BOMB = """
from crawlsight.errors import BodyTooLargeError
from crawlsight.ingest.body import inflate

body = open(sys.argv[1], "rb").read()
before = peak_mib()
try:
    inflate(body, sys.argv[2], 16 * 1024 * 1024)
except BodyTooLargeError:
    print(json.dumps({"mib": peak_mib() - before}))
"""


@encoded
def test_a_bomb_is_refused_within_64_mib(encoding, compress, tmp_path):
    bomb = tmp_path / "bomb"
    bomb.write_bytes(compress(b" " * (16 * MIB + 1)))

    cost = run_apart(_BOMB, str(bomb), encoding)

    assert cost["mib"] <= 64
