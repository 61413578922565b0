#!/usr/bin/env python3
"""Writes runtime/src/test/resources/golden/image with Pillow and transformers as reference.

decode/NAME        a picture file
decode/NAME.ppm    its pixels as Pillow sees them: upright, in front of white, RGB
resample.json      SHA-256 of Pillow's bicubic results for pictures of noise
preprocess.json    SHA-256 of the pixel tensors of the models' processors for pictures of noise

The noise is a hash of the position (`noise` here and in NoiseImage.java).
"""
import hashlib
import io
import json
import pathlib
import struct
import zlib

import numpy as np
import torch
from PIL import Image, ImageOps, TiffImagePlugin
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.llava.image_processing_pil_llava import LlavaImageProcessorPil
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

FOLDER = pathlib.Path(__file__).parents[2] / "runtime/src/test/resources/golden/image"
CLIP_MEAN = [0.48145466, 0.4578275, 0.40821073]
CLIP_STD = [0.26862954, 0.26130258, 0.27577711]


def noise(width, height, extreme=False):
    x = np.arange(width * height * 3, dtype=np.uint32) * np.uint32(2654435761)
    x ^= x >> np.uint32(15)
    x *= np.uint32(2246822519)
    x ^= x >> np.uint32(13)
    x = (x >> np.uint32(24)).astype(np.uint8)
    if extreme:
        x = np.where(x & 1, 255, 0).astype(np.uint8)
    return x.reshape(height, width, 3)


def scene(width=29, height=19):
    """A picture with slopes, edges and strong colours."""
    y, x = np.mgrid[0:height, 0:width]
    red = 255 * x / (width - 1)
    green = 255 * y / (height - 1)
    blue = 127 + 127 * np.sin(x / 3.0) * np.cos(y / 2.0)
    rgb = np.stack([red, green, blue], -1)
    rgb[4:9, 5:14] = (250, 10, 20)
    rgb[10:16, 15:24] = (5, 240, 200)
    return Image.fromarray(rgb.astype(np.uint8))


def with_alpha(picture):
    y, x = np.mgrid[0:picture.height, 0:picture.width]
    alpha = Image.fromarray(((x * 9 + y * 5) % 256).astype(np.uint8))
    rgba = picture.convert("RGBA")
    rgba.putalpha(alpha)
    return rgba


def seen(name, data):
    """What Pillow makes of a file; sixteen bits of grey are cut to the upper eight."""
    picture = Image.open(io.BytesIO(data))
    if name == "grey-transparent.png":
        # Pillow compares the transparent value, 2 of 3, with grey that it has scaled to 255.
        picture.info["transparency"] *= 85
    picture = ImageOps.exif_transpose(picture)
    if picture.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(picture).astype(np.uint16) >> 8).astype(np.uint8)).convert("RGB")
    if "A" in picture.getbands() or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        white = Image.new("RGB", rgba.size, (255, 255, 255))
        white.paste(rgba, mask=rgba.getchannel("A"))
        return white
    return picture.convert("RGB")


def saved(picture, format, **options):
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


# ---- PNG of every kind, which Pillow reads but does not write

ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def filtered(rows, bytes_per_pixel):
    """Every row with another filter."""
    out, above = b"", bytes(len(rows[0]))
    for y, row in enumerate(rows):
        kind = y % 5
        coded = bytearray()
        for i, value in enumerate(row):
            a = row[i - bytes_per_pixel] if i >= bytes_per_pixel else 0
            b = above[i]
            c = above[i - bytes_per_pixel] if i >= bytes_per_pixel else 0
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            coded.append(value - (0, a, b, (a + b) // 2, paeth)[kind] & 255)
        out += bytes([kind]) + bytes(coded)
        above = row
    return out


def packed(samples, depth):
    if depth == 16:
        return samples.astype(">u2").tobytes()
    if depth == 8:
        return samples.astype(np.uint8).tobytes()
    bits = "".join(format(int(s), f"0{depth}b") for s in samples.ravel())
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))


def png(samples, colour, depth, interlaced=False, extra=b"", pieces=1):
    """samples: [height, width, channels] of depth bits."""
    height, width, channels = samples.shape
    data = b""
    for x0, y0, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = samples[y0::dy, x0::dx]
        if part.size:
            data += filtered([packed(row, depth) for row in part], max(1, channels * depth // 8))
    data = zlib.compress(data)
    step = -(-len(data) // pieces)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced))
        + extra
        + b"".join(chunk(b"IDAT", data[i:i + step]) for i in range(0, len(data), step))
        + chunk(b"IEND", b"")
    )


def png_files():
    random = np.random.default_rng(6)
    kinds = [("grey", 0, 1, (1, 2, 4, 8, 16)), ("rgb", 2, 3, (8, 16)), ("palette", 3, 1, (1, 2, 4, 8)),
             ("grey-alpha", 4, 2, (8, 16)), ("rgba", 6, 4, (8, 16))]
    for name, colour, channels, depths in kinds:
        for depth in depths:
            samples = random.integers(0, 1 << depth, (13, 17, channels))
            extra = chunk(b"PLTE", random.integers(0, 256, 3 << depth, dtype=np.uint8).tobytes()) if colour == 3 else b""
            yield f"{name}-{depth}.png", png(samples, colour, depth, False, extra, pieces=3)
            yield f"{name}-{depth}-interlaced.png", png(samples, colour, depth, True, extra)
    palette = chunk(b"PLTE", bytes(range(48))) + chunk(b"tRNS", bytes([0, 60, 120, 200]))
    yield "palette-transparent.png", png(random.integers(0, 16, (9, 11, 1)), 3, 4, False, palette)
    rgb = random.integers(0, 2, (9, 11, 3)) * 255
    yield "rgb-transparent.png", png(rgb, 2, 8, False, chunk(b"tRNS", struct.pack(">HHH", 255, 0, 255)))
    yield "grey-transparent.png", png(random.integers(0, 4, (9, 11, 1)), 0, 2, True, chunk(b"tRNS", b"\0\2"))
    for width, height in ((1, 1), (1, 3), (3, 1), (5, 2)):
        yield f"tiny-{width}x{height}-interlaced.png", png(random.integers(0, 256, (height, width, 3)), 2, 8, True)
    exif = Image.Exif()
    exif[0x0112] = 6
    yield "exif-6.png", saved(scene(), "PNG", exif=exif)


# ---- the others

def exif_block(orientation, big_endian):
    order = ">" if big_endian else "<"
    return (b"MM\0*" if big_endian else b"II*\0") + struct.pack(
        order + "IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def jpeg_files():
    picture = scene()
    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        yield f"{name}.jpg", saved(picture, "JPEG", quality=85, subsampling=sampling)
    yield "progressive.jpg", saved(picture, "JPEG", quality=85, progressive=True)
    yield "restarts.jpg", saved(picture, "JPEG", quality=60, restart_marker_blocks=2)
    yield "grey.jpg", saved(picture.convert("L"), "JPEG", quality=85)
    yield "rgb.jpg", saved(picture, "JPEG", quality=85, keep_rgb=True)
    cmyk = saved(picture.convert("CMYK"), "JPEG", quality=90)
    yield "cmyk.jpg", cmyk
    adobe = cmyk.index(b"Adobe")
    yield "ycck.jpg", cmyk[:adobe + 11] + b"\2" + cmyk[adobe + 12:]
    yield "no-end.jpg", saved(picture, "JPEG", quality=85)[:-2]
    yield "trailing.jpg", saved(picture, "JPEG", quality=85) + b"\xff\xd8\xff\xe0 and more"
    for orientation in (1, 2, 3, 4, 5, 6, 7, 8, 0, 9):
        exif = b"Exif\0\0" + exif_block(orientation, orientation % 2 == 0)
        yield f"exif-{orientation}.jpg", saved(scene(9, 7), "JPEG", quality=95, exif=exif)


def bmp(width, height, bits, compression, data, palette=b"", masks=b""):
    offset = 54 + len(masks) + len(palette)
    return (b"BM" + struct.pack("<IHHI", offset + len(data), 0, 0, offset)
            + struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(data), 0, 0, len(palette) // 4, 0)
            + masks + palette + data)


def bmp_files():
    picture = scene()
    for mode in ("1", "L", "P", "RGB", "RGBA"):
        yield f"{mode.lower()}.bmp", saved(with_alpha(picture) if mode == "RGBA" else picture.convert(mode), "BMP")
    down = bytearray(saved(picture, "BMP"))
    down[22:26] = struct.pack("<i", -picture.height)
    yield "downwards.bmp", bytes(down)
    palette = np.random.default_rng(1).integers(0, 256, (256, 4), dtype=np.uint8)
    palette[:, 3] = 0
    runs = b"".join(bytes([5, y, 0, 3, 1, 2, 3, 0, 2, 200, 0, 0]) for y in range(7)) + b"\0\1"
    yield "runs.bmp", bmp(10, 7, 8, 1, runs, palette.tobytes())
    samples = np.random.default_rng(2).integers(0, 1 << 15, (7, 10), dtype=np.uint16).astype("<u2")
    yield "555.bmp", bmp(10, 7, 16, 0, samples.tobytes())
    samples = np.random.default_rng(3).integers(0, 1 << 16, (7, 10), dtype=np.uint16).astype("<u2")
    yield "565.bmp", bmp(10, 7, 16, 3, samples.tobytes(), masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F))


def tiff_files():
    picture = scene()
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
        yield f"rgb-{compression}.tif", saved(picture, "TIFF", compression=compression)
    yield "rgb-predictor.tif", saved(picture, "TIFF", compression="tiff_lzw", tiffinfo={317: 2})
    yield "grey.tif", saved(picture.convert("L"), "TIFF")
    yield "bilevel.tif", saved(picture.convert("1"), "TIFF")
    yield "bilevel-group4.tif", saved(picture.convert("1"), "TIFF", compression="group4")
    yield "bilevel-group3.tif", saved(picture.convert("1"), "TIFF", compression="group3")
    yield "palette.tif", saved(picture.convert("P"), "TIFF")
    yield "cmyk.tif", saved(picture.convert("CMYK"), "TIFF", compression="tiff_lzw")
    yield "rgba.tif", saved(with_alpha(picture), "TIFF", compression="tiff_lzw")
    grey16 = np.random.default_rng(4).integers(0, 65536, (7, 9), dtype=np.uint16)
    yield "grey-16.tif", saved(Image.fromarray(grey16), "TIFF")
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[274] = 8
    yield "orientation-8.tif", saved(picture, "TIFF", tiffinfo=tags)
    yield "strips.tif", saved(picture, "TIFF", compression="tiff_lzw", tiffinfo={278: 4})


def gif_files():
    picture = scene().quantize(32)
    plain = saved(picture, "GIF", interlace=0)
    yield "plain.gif", plain
    yield "interlaced.gif", saved(picture, "GIF", interlace=1)
    yield "transparent.gif", saved(picture, "GIF", transparency=3)
    yield "two.gif", saved(picture, "GIF", save_all=True, append_images=[scene().rotate(90).quantize(16)])
    yield "noise.gif", saved(Image.fromarray(noise(120, 90)).quantize(256), "GIF", interlace=0)
    yield "larger-canvas.gif", plain[:6] + struct.pack("<HH", 40, 25) + plain[10:]
    yield "smaller-canvas.gif", plain[:6] + struct.pack("<HH", 5, 5) + plain[10:]
    yield "bilevel.gif", saved(scene().convert("1"), "GIF")


def webp_files():
    picture = scene()
    yield "lossless.webp", saved(picture, "WEBP", lossless=True)
    yield "lossless-alpha.webp", saved(with_alpha(picture), "WEBP", lossless=True, exact=True)
    y, x = np.mgrid[0:40, 0:50]
    slope = (128 + 100 * np.sin(x / 9) * np.cos(y / 7)).astype(np.uint8)
    smooth = Image.fromarray(np.stack([slope, np.roll(slope, 9, 1), np.roll(slope, 20, 0)], -1))
    yield "lossy-grey.webp", saved(smooth.convert("L"), "WEBP", quality=80)
    yield "lossy.webp", saved(smooth, "WEBP", quality=80)
    yield "lossy-alpha.webp", saved(with_alpha(smooth), "WEBP", quality=80)
    frames = [picture.rotate(90)]
    yield "animated.webp", saved(picture, "WEBP", lossless=True, save_all=True, append_images=frames, duration=100)
    exif = Image.Exif()
    exif[0x0112] = 5
    yield "exif-5.webp", saved(picture, "WEBP", lossless=True, exif=exif)


def write_decode():
    folder = FOLDER / "decode"
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for files in (jpeg_files, png_files, gif_files, bmp_files, tiff_files, webp_files):
        for name, data in files():
            names.append(name)
            (folder / name).write_bytes(data)
            (folder / (name + ".ppm")).write_bytes(saved(seen(name, data), "PPM"))
    (folder / "names.txt").write_text("\n".join(names) + "\n")


# ---- sizes

def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


RESAMPLED = [
    (1, 1, 1, 1), (1, 1, 7, 5), (2, 3, 1, 1), (1, 50, 336, 336), (50, 1, 9, 9), (3, 2, 224, 224),
    (336, 336, 336, 336), (640, 480, 336, 252), (641, 479, 224, 224), (97, 131, 53, 211), (131, 97, 211, 53),
    (100, 100, 101, 99), (1000, 7, 33, 13), (7, 1000, 13, 33), (5000, 3, 2, 300), (3, 5000, 300, 2),
    (1920, 1080, 1024, 576), (800, 600, 800, 300), (800, 600, 400, 600), (2048, 1536, 17, 13), (64, 64, 640, 640),
]


def write_resample():
    rows = []
    for width, height, out_width, out_height in RESAMPLED:
        for extreme in (False, True):
            picture = Image.fromarray(noise(width, height, extreme))
            result = picture.resize((out_width, out_height), Image.Resampling.BICUBIC)
            rows.append({"width": width, "height": height, "outWidth": out_width, "outHeight": out_height,
                         "extreme": extreme, "sha256": digest(np.asarray(result))})
    write_json("resample.json", rows)


def expand2square(picture):
    """LLaVA's own function, in its words of arithmetic."""
    colour = tuple(int(x * 255) for x in CLIP_MEAN)
    side = max(picture.size)
    square = Image.new("RGB", (side, side), colour)
    square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return square


def llava(picture):
    clip = CLIPImageProcessorPil(size={"shortest_edge": 336}, crop_size={"height": 336, "width": 336})
    values = clip(expand2square(picture), return_tensors="np")["pixel_values"][0]
    pad = LlavaImageProcessorPil(do_pad=True, size={"shortest_edge": 336}, crop_size={"height": 336, "width": 336})
    assert (pad(picture, return_tensors="np")["pixel_values"][0] == values).all()
    return values


def crop(picture):
    clip = CLIPImageProcessorPil(size={"shortest_edge": 336}, crop_size={"height": 336, "width": 336})
    return clip(picture, return_tensors="np")["pixel_values"][0]


def minigpt4(picture):
    """Resize, ToTensor and Normalize of torchvision, written out."""
    resized = picture.resize((224, 224), Image.Resampling.BICUBIC)
    values = torch.from_numpy(np.asarray(resized).copy()).permute(2, 0, 1).contiguous().to(torch.float32).div(255)
    mean = torch.tensor(CLIP_MEAN)[:, None, None]
    std = torch.tensor(CLIP_STD)[:, None, None]
    return values.sub_(mean).div_(std).numpy()


def qwen(picture, least=65536, most=16777216):
    processor = Qwen2VLImageProcessorPil(
        size={"shortest_edge": least, "longest_edge": most}, patch_size=16, temporal_patch_size=2, merge_size=2,
        image_mean=[0.5] * 3, image_std=[0.5] * 3)
    out = processor(picture, return_tensors="np")
    _, rows, columns = out["image_grid_thw"][0]
    patches = out["pixel_values"].reshape(rows // 2, columns // 2, 2, 2, 3, 2, 16, 16)
    assert (patches[:, :, :, :, :, 0] == patches[:, :, :, :, :, 1]).all()
    planes = patches[:, :, :, :, :, 0].transpose(4, 0, 2, 5, 1, 3, 6)
    return planes.reshape(3, rows * 16, columns * 16)


def qwen_bounded(picture):
    return qwen(picture, 4096, 200000)


# square, wide, tall, tiny, huge; halves that round to even
SHAPES = [(336, 336), (500, 500), (1000, 333), (333, 1000), (1, 1), (2, 3), (3000, 40), (40, 3000), (640, 480),
          (48, 80), (1201, 799), (4000, 3000)]


def write_preprocess():
    rows = []
    for width, height in SHAPES:
        picture = Image.fromarray(noise(width, height))
        for name, processor in (("llava", llava), ("clip", crop), ("minigpt4", minigpt4), ("qwen3vl", qwen),
                                ("qwen3vl-bounded", qwen_bounded)):
            if name == "qwen3vl" and width * height > 4_000_000:
                continue  # minutes in numpy; the bounded case covers it
            values = processor(picture)
            assert values.dtype == np.float32
            rows.append({"width": width, "height": height, "model": name, "outWidth": values.shape[2],
                         "outHeight": values.shape[1], "sha256": digest(values.astype("<f4"))})
    write_json("preprocess.json", rows)


def write_json(name, rows):
    (FOLDER / name).write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")


write_decode()
write_resample()
write_preprocess()
