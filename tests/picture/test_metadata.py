"""What a picture tells beside its pixels goes on with it, where the format has a place for it."""

from __future__ import annotations

import functools
import io
import struct
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from seamfill.edits.patch import Patch
from seamfill.edits.saving import save_patches
from seamfill.errors import BadInput
from seamfill.fit import FitReport
from seamfill.geometry import Box
from seamfill.image.metadata import not_held
from seamfill.image.reading import read_source
from seamfill.image.source import Selection
from seamfill.image.writing import check_output, encode_picture
from tests.picture.independent import chunk, chunks_of, png

if TYPE_CHECKING:
    from pathlib import Path

MAKER = "写真 “Ü”"
XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/">“日本” é — 🌷 tiff:Orientation="{}"</x:xmpmeta>'
IPTC = b"\x1c\x02\x78\x00\x05Tulip"
GPS = {1: "N", 2: (35.0, 40.0, 30.0), 3: "E", 4: (139.0, 45.0, 0.0)}


def _exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x0112] = orientation
    exif[0x8298] = "Copyright Ada"
    inner = exif.get_ifd(0x8769)
    inner[0x9003] = "2026:11:25 18:00:00"
    inner[0x829A] = 0.005
    inner[0x927C] = b"MakerNote\0" + bytes(range(64))
    inner[0xA002], inner[0xA003] = 40, 30
    exif.get_ifd(0x8825).update(GPS)
    return exif.tobytes()


@functools.cache  # it says when it was made
def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def photo(path: Path, orientation: int = 1) -> Path:
    """A picture that carries everything that its format has a place for."""
    pixels = np.random.default_rng(3).integers(0, 256, (30, 40, 3)).astype(np.uint8)
    image, xmp = Image.fromarray(pixels), XMP.format(orientation).encode()
    common: dict[str, Any] = {"exif": _exif(orientation), "icc_profile": _profile()}
    match path.suffix:
        case ".jpg":
            image.save(path, xmp=xmp, dpi=(300, 240), comment=b"a comment", **common)
            data = path.read_bytes()
            iptc = (
                b"8BIM\x04\x04\0\0" + struct.pack(">I", len(IPTC)) + IPTC + b"\0" * (len(IPTC) % 2)
            )
            segment = b"Photoshop 3.0\0" + iptc
            path.write_bytes(
                data[:2] + struct.pack(">HH", 0xFFED, len(segment) + 2) + segment + data[2:]
            )
        case ".webp":
            image.save(path, xmp=xmp, lossless=True, **common)
        case ".tif":
            image.save(path, dpi=(300, 240), **common)  # uncompressed, which keeps EXIF whole
            assert 34665 in _tags(path)
        case ".png":
            samples = pixels.astype(np.uint16) * 257
            path.write_bytes(
                png(
                    samples,
                    16,
                    2,
                    chunk(b"iCCP", b"p\0\0" + zlib.compress(_profile())),
                    chunk(b"pHYs", struct.pack(">IIB", 11811, 9449, 1)),
                    chunk(b"tEXt", b"Title\0Tulip"),
                    chunk(b"iTXt", b"Author\0\0\0\0\0" + MAKER.encode()),
                    chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp),
                    chunk(b"eXIf", _exif(orientation).removeprefix(b"Exif\0\0")),
                )
            )
    return path


def _edited(path: Path, suffix: str) -> Path:
    source = read_source(path)
    report = FitReport(True, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0)
    patch = Patch(
        Box(2, 2, 8, 8), np.zeros((8, 8, 3), np.float32), np.full((8, 8), 255, np.uint8), report
    )
    out = path.with_name(f"out{suffix}")
    check_output(out, source)
    save_patches(source, [patch], out, Selection(patch.box, patch.mask))
    return out


def _tags(path: Path) -> dict[int, Any]:
    """A TIFF's tags by tifffile's reader."""
    with tifffile.TiffFile(path) as file:
        (page,) = file.pages
        assert isinstance(page, tifffile.TiffPage)
        return {tag.code: tag.value for tag in page.tags}


def _told(path: Path) -> Image.Exif:
    """EXIF data by Pillow's reader."""
    with Image.open(path) as image:
        image.load()
        exif = image.getexif()
        for ifd in (0x8769, 0x8825):
            exif.get_ifd(ifd)
        return exif


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
@pytest.mark.parametrize("origin", [".png", ".jpg", ".webp", ".tif"])
def test_exif_data_with_gps_go_on_into_every_format(
    tmp_path: Path, origin: str, suffix: str, orientation: int
) -> None:
    out = _edited(photo(tmp_path / f"photo{origin}", orientation), suffix)
    exif = _told(out)
    assert exif[0x010F] == "Maker"
    assert exif[0x8298] == "Copyright Ada"
    assert exif.get(0x0112, 1) == 1
    inner: dict[int, Any] = exif.get_ifd(0x8769)
    assert inner[0x9003] == "2026:11:25 18:00:00"
    assert float(inner[0x829A]) == pytest.approx(0.005)
    assert bytes(inner[0x927C]).startswith(b"MakerNote\0")
    assert (inner[0xA002], inner[0xA003]) == ((30, 40) if orientation == 6 else (40, 30))
    place: dict[int, Any] = exif.get_ifd(0x8825)
    assert [float(each) for each in place[2]] == [35, 40, 30]
    assert place[3] == "E"
    # Structural tags of the one file have no place in another.
    assert not {0x0111, 0x0117, 0x0102} & set(exif) or suffix == ".tif"


@pytest.mark.parametrize("kind", ["uint16", "float32"])
def test_deep_pictures_keep_exif_profile_and_resolution(tmp_path: Path, kind: str) -> None:
    path, out = photo(tmp_path / "photo.png"), tmp_path / "deep.tif"
    source = read_source(path)
    pixels = source.source.pixels
    pixels = pixels if kind == "uint16" else pixels.astype(np.float32) / 65535
    out.write_bytes(encode_picture(pixels, ".tif", source.metadata))
    again = _edited(out, ".tiff")
    tags = _tags(again)
    assert tags[34675] == _profile()
    assert tags[271] == "Maker"
    assert tags[34665]["DateTimeOriginal"] == "2026:11:25 18:00:00"
    assert tags[34853]["GPSLongitudeRef"] == "E"
    assert tags[700] == XMP.format(1).encode()
    assert tags[282][0] / tags[282][1] == pytest.approx(300, abs=0.01)
    assert source.metadata.dpi == pytest.approx((300, 240), abs=0.01)


def test_a_png_keeps_its_texts_and_resolution(tmp_path: Path) -> None:
    found = chunks_of(_edited(photo(tmp_path / "photo.png"), ".png").read_bytes())
    assert (b"tEXt", b"Title\0Tulip") in found
    assert (b"iTXt", b"Author\0\0\0\0\0" + MAKER.encode()) in found
    assert (b"pHYs", struct.pack(">IIB", 11811, 9449, 1)) in found
    names = [name for name, _ in found]
    assert names.index(b"eXIf") < names.index(b"IDAT")
    assert names.count(b"iCCP") == 1
    with Image.open(tmp_path / "out.png") as image:
        assert image.info["icc_profile"] == _profile()


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_xmp_goes_on_and_does_not_turn_the_picture_again(tmp_path: Path, suffix: str) -> None:
    data = _edited(photo(tmp_path / "photo.jpg", 6), suffix).read_bytes()
    assert XMP.format(1).encode() in data
    assert XMP.format(6).encode() not in data


def test_iptc_and_comment_stay_in_a_jpeg_and_iptc_in_a_tiff(tmp_path: Path) -> None:
    jpeg = _edited(photo(tmp_path / "photo.jpg"), ".jpg")
    with Image.open(jpeg) as image:
        assert image.info["photoshop"][0x0404] == IPTC
        assert image.info["comment"] == b"a comment"
        assert image.info["dpi"] == (300, 240)
        assert image.info["icc_profile"] == _profile()
    assert _tags(_edited(tmp_path / "photo.jpg", ".tif"))[33723] == IPTC


def test_what_a_format_has_no_place_for_is_named(tmp_path: Path) -> None:
    jpeg = read_source(photo(tmp_path / "photo.jpg")).metadata
    deep = read_source(photo(tmp_path / "photo.png")).metadata
    assert not_held(jpeg, ".jpg") == []
    assert not_held(jpeg, ".png") == ["IPTC", "comment"]
    assert not_held(jpeg, ".webp") == ["IPTC", "resolution", "comment"]
    assert not_held(deep, ".png") == []
    assert not_held(deep, ".jpg") == ["PNG's texts"]


def test_the_thumbnail_of_the_unedited_picture_does_not_go_on(tmp_path: Path) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (16, 12), "red").save(stream, "JPEG")
    thumbnail = stream.getvalue()
    first = struct.pack("<HHHII", 1, 0x0112, 3, 1, 1)[:14]
    second_at = 8 + 14 + 4
    picture_at = second_at + 2 + 24 + 4
    second = struct.pack("<H", 2) + struct.pack("<HHII", 0x0201, 4, 1, picture_at)
    second += struct.pack("<HHII", 0x0202, 4, 1, len(thumbnail)) + bytes(4)
    exif = (
        b"II*\0" + struct.pack("<I", 8) + first + struct.pack("<I", second_at) + second + thumbnail
    )
    Image.new("RGB", (40, 30)).save(tmp_path / "photo.jpg", exif=b"Exif\0\0" + exif)
    assert thumbnail in (tmp_path / "photo.jpg").read_bytes()
    for suffix in (".jpg", ".png", ".tif"):
        assert thumbnail not in _edited(tmp_path / "photo.jpg", suffix).read_bytes()


def test_a_camera_makers_own_notes_stay_where_they_were(tmp_path: Path) -> None:
    """They point to places in the whole of the EXIF data."""
    path = photo(tmp_path / "photo.jpg", 6)
    before = path.read_bytes()
    after = _edited(path, ".jpg").read_bytes()
    note = b"MakerNote\0"
    assert before.index(note) - before.index(b"Exif\0\0") == after.index(note) - after.index(
        b"Exif"
    )


def test_big_tiffs_and_sub_directories_are_written_as_tiff(tmp_path: Path) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (30, 40, 3)).astype(np.uint8)
    tags = [(315, "s", 0, "Ada", True)]
    tifffile.imwrite(
        tmp_path / "big.tif", pixels, bigtiff=True, metadata=None, extratags=tags, photometric="rgb"
    )
    assert _told(_edited(tmp_path / "big.tif", ".tiff"))[315] == "Ada"
    back = cv2.imread(str(tmp_path / "out.tiff"), cv2.IMREAD_UNCHANGED)[..., ::-1]
    assert np.array_equal(back[15:], pixels[15:])


@pytest.mark.parametrize("name", ["xmp", "iptc"])
def test_metadata_that_no_jpeg_holds_are_refused_for_one(tmp_path: Path, name: str) -> None:
    changed: dict[str, Any] = {name: bytes(66_000)}
    source = read_source(photo(tmp_path / "photo.png"))
    long = replace(source, metadata=replace(source.metadata, **changed))
    with pytest.raises(BadInput, match=name.upper()):
        check_output(tmp_path / "out.jpg", long)
    check_output(tmp_path / "out.tif", long)
