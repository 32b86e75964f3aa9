"""Writes images.gz: small JPEG and PNG files of many kinds, and the RGB pixels that Pillow reads.

    python images.py

Run with Pillow 13.0.0 (libjpeg-turbo 3.2.0), simplejpeg 1.9.0 and numpy 2.4.6. The gzip stream holds
one record after another: the name and the file (each a length of 4 bytes and the bytes), height and
width (4 bytes each), and height * width * 3 bytes. Numbers are big-endian.

Pixels are `Image.open(file).convert("RGB")`, but for 16-bit PNG the upper bytes of what was written.
"""
import gzip
import io
import itertools
import pathlib
import struct
import zlib

import numpy as np
import simplejpeg
from PIL import Image, ImageCms, PngImagePlugin, features

import PIL

assert PIL.__version__ == "13.0.0" and simplejpeg.__version__ == "1.9.0", "other bytes"

SIZES = [(1, 1), (7, 9), (17, 15), (34, 21)]  # width, height
records = {}


def picture(size, bands, seed=0):
    """Waves and an edge: smooth enough to be small, with something in each coefficient."""
    w, h = size
    y, x = np.mgrid[0:h, 0:w].astype(float)
    planes = []
    for c in range(bands):
        wave = np.sin(x / (3.1 + c) + seed) + np.cos(y / (2.3 + c) + x / 9.0)
        planes.append(128 + 55 * wave + np.where(x + y * (c + 1) > w, 40, -40))
    return np.clip(np.stack(planes, 2), 0, 255).astype(np.uint8)


def add(name, file, pixels=None):
    assert name not in records, name
    if pixels is None:
        pixels = np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))
    assert pixels.dtype == np.uint8 and pixels.shape[2] == 3
    records[name] = (file, pixels)


def image(size, mode, seed=0):
    bands = len(Image.new(mode, (1, 1)).getbands())
    array = picture(size, bands, seed)
    return Image.fromarray(array[:, :, 0] if bands == 1 else array, mode)


def saved(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


# JPEG segments.


def segment(marker, body):
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def segments(file):
    """The segments (marker, body, entropy-coded data) of a file that Pillow wrote."""
    at, found = 2, []
    while file[at + 1] != 0xD9:
        marker, length = file[at + 1], struct.unpack(">H", file[at + 2 : at + 4])[0]
        end = data = at + 2 + length
        if marker == 0xDA:
            while file[end] != 0xFF or file[end + 1] == 0 or 0xD0 <= file[end + 1] <= 0xD7:
                end += 1
        found.append((marker, file[at + 4 : data], file[data:end]))
        at = end
    return found


def with_segment(file, body, marker):
    """The file with one more segment behind the start of the image and JFIF's segment."""
    at = 20 if file[3] == 0xE0 else 2
    return file[:at] + segment(marker, body) + file[at:]


def adobe(transform):
    return b"Adobe" + struct.pack(">HHHB", 100, 0, 0, transform)


def assembled(size, samplings, ids, app=b"", seed=0, **options):
    """A file with one scan after another for each component, each taken from a grey image."""
    w, h = size
    most = [max(s[i] for s in samplings) for i in (0, 1)]
    start, scans = b"", b""
    frame = struct.pack(">BHHB", 8, h, w, len(ids))
    for c, (across, down) in enumerate(samplings):
        part = (-(-w * across // most[0]), -(-h * down // most[1]))
        grey = Image.fromarray(picture(part, len(ids), seed)[:, :, c])
        frame += bytes([ids[c], across << 4 | down, 0])
        for marker, body, data in segments(saved(grey, "JPEG", quality=85, **options)):
            if marker == 0xDA:
                scan = segment(marker, b"\1" + bytes([ids[c]]) + body[2:]) + data
                scans += scan
            elif marker in (0xC4, 0xDD):
                scans += segment(marker, body)
            elif marker == 0xDB and c == 0:
                start += segment(marker, body)
            elif marker in (0xC0, 0xC2):
                kind = marker
    return b"\xff\xd8" + app + start + segment(kind, frame) + scans + b"\xff\xd9"


# Profiles, orientation, comments.



def profile(space):
    """A profile of the colour space, made on no date."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile(space)).tobytes()
    return made[:24] + bytes(12) + made[36:]


SRGB = profile("sRGB")


def swapped(profile):
    """The profile with red and green exchanged, so that whoever applies it is found out."""
    return profile.replace(b"rXYZ", b"tXYZ").replace(b"gXYZ", b"rXYZ").replace(b"tXYZ", b"gXYZ")


PROFILES = {
    "srgb": SRGB,
    "swapped": swapped(SRGB),
    "broken": SRGB[:200],
    "nonsense": bytes(range(256)) * 3,
    "grey": SRGB[:16] + b"GRAY" + SRGB[20:],
    "cmyk": SRGB[:16] + b"CMYK" + SRGB[20:],
    "lab": profile("LAB"),
    "long": swapped(SRGB) + bytes(70000),
}


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags


def jpegs():
    coding = [
        ("baseline", {}),
        ("optimised", {"optimize": True}),
        ("progressive", {"progressive": True}),
        ("restart-rows", {"restart_marker_rows": 1}),
        ("restart-blocks", {"restart_marker_blocks": 2}),
        ("progressive-restart", {"progressive": True, "restart_marker_blocks": 1}),
    ]
    for size in SIZES:
        place = "%dx%d" % size
        for (name, options), quality in itertools.product(coding, (92,)):
            for subsampling in ("4:4:4", "4:2:2", "4:2:0"):
                file = saved(
                    image(size, "RGB"), "JPEG", quality=quality, subsampling=subsampling, **options
                )
                add("jpeg/ycc-%s-%s-%s" % (subsampling.replace(":", ""), name, place), file)
            add("jpeg/grey-%s-%s" % (name, place), saved(image(size, "L"), "JPEG", **options))
            cmyk = saved(image(size, "CMYK"), "JPEG", quality=quality, **options)
            add("jpeg/cmyk-%s-%s" % (name, place), cmyk)
        for subsampling in ("440", "411"):
            file = simplejpeg.encode_jpeg(image_array(size), 90, "RGB", subsampling)
            add("jpeg/ycc-%s-baseline-%s" % (subsampling, place), file)
        rgb = saved(image(size, "RGB"), "JPEG", keep_rgb=True)
        add("jpeg/rgb-%s" % place, rgb)
        for name, options in (coding[0], coding[2], coding[5]):
            for shown, samplings in (
                ("440", [(1, 2), (1, 1), (1, 1)]),
                ("411", [(4, 1), (1, 1), (1, 1)]),
                ("410", [(4, 2), (1, 1), (1, 1)]),
                ("mixed", [(2, 2), (1, 2), (2, 1)]),
                ("inverse", [(1, 1), (2, 2), (2, 1)]),
            ):
                file = assembled(size, samplings, (1, 2, 3), **options)
                add("jpeg/scans-%s-%s-%s" % (shown, name, place), file)
            for shown, number in (("cmyk", 0), ("ycck", 2)):
                for sub in (1, 2):
                    file = assembled(
                        size,
                        [(sub, sub), (1, 1), (1, 1), (sub, sub)],
                        (1, 2, 3, 4),
                        segment(0xEE, adobe(number)),
                        **options,
                    )
                    add("jpeg/scans-%s-%d-%s-%s" % (shown, sub, name, place), file)
    size = (17, 15)
    plain = [(1, 1)] * 4
    jfif = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
    for ids in ((1, 2, 3), (0, 1, 2), (82, 71, 66), (114, 103, 98), (9, 200, 100)):
        for name, app in (
            ("nothing", b""),
            ("jfif", jfif),
            ("jfif-2.7", jfif.replace(b"\1\1\0", b"\2\7\0", 1)),
            ("short-jfif", segment(0xE0, b"JFIF\0\1\1\0")),
            ("adobe-0", segment(0xEE, adobe(0))),
            ("adobe-1", segment(0xEE, adobe(1))),
            ("adobe-2", segment(0xEE, adobe(2))),
            ("adobe-9", segment(0xEE, adobe(9))),
            ("short-adobe", segment(0xEE, adobe(0)[:11])),
            ("jfif-adobe-0", jfif + segment(0xEE, adobe(0))),
        ):
            add("jpeg/ids-%d-%d-%d-%s" % (*ids, name), assembled(size, plain[:3], ids, app))
    for name, app in (
        ("nothing", b""),
        ("jfif", jfif),
        ("adobe-1", segment(0xEE, adobe(1))),
        ("adobe-9", segment(0xEE, adobe(9))),
    ):
        add("jpeg/four-%s" % name, assembled(size, plain, (67, 77, 89, 75), app))
    for mode in ("L", "RGB", "CMYK"):
        for name, profile in PROFILES.items():
            file = saved(image(size, mode), "JPEG", icc_profile=profile)
            add("jpeg/profile-%s-%s" % (name, mode), file)
        for turn in (3, 6, 8):
            file = saved(image(size, mode), "JPEG", exif=exif(turn))
            add("jpeg/orientation-%d-%s" % (turn, mode), file)
    file = saved(image(size, "RGB"), "JPEG")
    add("jpeg/comment", with_segment(file, b"a comment \xff\xd9\xff\xda", 0xFE))
    add("jpeg/unknown-application", with_segment(file, bytes(65533), 0xE9))
    add("jpeg/filled-up", file[:2] + b"\xff\xff\xff" + file[2:-2] + b"\xff\xff" + file[-2:])
    add("jpeg/behind-the-end", file + b"\0\0" + file)
    tables = saved(image(size, "RGB"), "JPEG", qtables=[[700] + [600] * 63, [300] * 64])
    add("jpeg/16-bit-quantization", tables)
    for quality in (1, 30, 75, 100):
        noise = np.random.default_rng(quality).integers(0, 256, (19, 22, 3), dtype=np.uint8)
        for name, options in (coding[0], coding[2]):
            for mode in ("RGB", "L"):
                file = saved(
                    Image.fromarray(noise).convert(mode), "JPEG", quality=quality, **options
                )
                add("jpeg/noise-%d-%s-%s" % (quality, name, mode), file)


def image_array(size):
    return np.ascontiguousarray(picture(size, 3))


# PNG.


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def packed(samples, bits):
    """The scan lines, without filter, of samples [height, width, bands]."""
    lines = []
    for row in samples.reshape(samples.shape[0], -1):
        if bits == 16:
            data = row.astype(">u2").tobytes()
        else:
            binary = "".join(format(v, "0%db" % bits) for v in row)
            binary += "0" * (-len(binary) % 8)
            data = bytes(int(binary[i : i + 8], 2) for i in range(0, len(binary), 8))
        lines.append(b"\0" + data)
    return b"".join(lines)


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(samples, bits, colour, interlaced=False, chunks=b""):
    h, w = samples.shape[:2]
    data = b""
    for x, y, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = samples[y::dy, x::dx]
        if part.size:
            data += packed(part, bits)
    header = struct.pack(">IIBBBBB", w, h, bits, colour, 0, 0, interlaced)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunks
        + chunk(b"IDAT", zlib.compress(data))
        + chunk(b"IEND", b"")
    )


def pngs():
    for size in SIZES:
        place = "%dx%d" % size
        for mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
            source = image(size, "RGB").convert(mode) if mode in "1P" else image(size, mode)
            add("png/%s-%s" % (mode, place), saved(source, "PNG"))
        for bits in (1, 2, 4):
            source = image(size, "RGB").quantize(1 << bits)
            add("png/P%d-%s" % (bits, place), saved(source, "PNG", bits=bits))
        for interlaced in (False, True):
            for name, colour, bands in (("L", 0, 1), ("RGB", 2, 3), ("LA", 4, 2), ("RGBA", 6, 4)):
                for bits in (1, 2, 4, 8, 16) if colour == 0 else (8, 16):
                    top = picture(size, bands)
                    low = picture(size, bands, seed=1)
                    samples = top.astype(int) * 256 + low if bits == 16 else top.astype(int) >> (8 - bits)
                    grey = top if bits == 16 else (samples * 255 // ((1 << bits) - 1)).astype(np.uint8)
                    pixels = grey[:, :, :1].repeat(3, 2) if bands < 3 else grey[:, :, :3]
                    file = png(samples, bits, colour, interlaced)
                    shown = "interlaced" if interlaced else "plain"
                    add("png/%s-%s%d-%s" % (shown, name, bits, place), file, pixels)
                    if bits < 16:
                        read = Image.open(io.BytesIO(file)).convert("RGB")
                        assert (np.asarray(read) == pixels).all(), (name, bits)
    size = (17, 15)
    extras = {
        "gamma": chunk(b"gAMA", struct.pack(">I", 100000)),
        "srgb": chunk(b"sRGB", b"\0"),
        "chromaticities": chunk(b"cHRM", struct.pack(">8I", *range(10000, 90000, 10000))),
        "profile": chunk(b"iCCP", b"p\0\0" + zlib.compress(swapped(SRGB))),
        "broken-profile": chunk(b"iCCP", b"p\0\0" + zlib.compress(SRGB[:99])),
        "background": None,
        "text": chunk(b"tEXt", b"Comment\0words"),
        "orientation": chunk(b"eXIf", exif(6).tobytes()[6:]),
        "significant-bits": None,
    }
    for name, extra in extras.items():
        for mode, colour, bands in (("L", 0, 1), ("RGB", 2, 3), ("RGBA", 6, 4)):
            body = extra
            if name == "background":
                body = chunk(b"bKGD", b"\0\x80" * (1 if bands == 1 else 3))
            if name == "significant-bits":
                body = chunk(b"sBIT", b"\5" * bands)
            add("png/%s-%s" % (name, mode), png(picture(size, bands), 8, colour, False, body))
    for mode in ("P", "L", "RGB"):
        source = image(size, "RGB").convert(mode)
        clear = {"P": 3, "L": 128, "RGB": (128, 0, 5)}[mode]
        add("png/transparent-%s" % mode, saved(source, "PNG", transparency=clear))


jpegs()
pngs()
out = io.BytesIO()
for name, (file, pixels) in records.items():
    for text in (name.encode(), file):
        out.write(struct.pack(">I", len(text)) + text)
    out.write(struct.pack(">II", *pixels.shape[:2]) + pixels.tobytes())
file = pathlib.Path(__file__).with_name("images.gz")
file.write_bytes(gzip.compress(out.getvalue(), 9, mtime=0))
print(len(records), "files,", file.stat().st_size, "bytes; JPEG library", features.version("jpg"))
