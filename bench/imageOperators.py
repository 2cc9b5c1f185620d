"""The other side of bench/imageOperators.ts: Pillow and OpenCV, one thread, asked line by line.

    python imageOperators.py PICTURE.jpg PICTURE.rgb WIDTH HEIGHT

Reads "operator count out" a line, does the operator `count` times, writes the last result's bytes into the file `out` ('-': nowhere), answers with
the CPU seconds that it took.
"""
import io
import random
import sys
import time

import cv2
import numpy as np
from PIL import Image, ImageEnhance, ImageOps

cv2.setNumThreads(1)
random.seed(0)
jpeg = open(sys.argv[1], 'rb').read()
width, height = int(sys.argv[3]), int(sys.argv[4])
array = np.fromfile(sys.argv[2], np.uint8).reshape(height, width, 3)
image = Image.fromarray(array)
grey = (128, 128, 128)


def affine(picture, matrix, resample=Image.NEAREST, fill=grey):
    return picture.transform(picture.size, Image.AFFINE, matrix, resample, fillcolor=fill)


def cutout(picture):
    out = picture.copy()
    x, y = random.randrange(width), random.randrange(height)
    out.paste(grey, (x - 40, y - 40, x + 40, y + 40))
    return out


distortions = [
    ImageOps.autocontrast, ImageOps.equalize, ImageOps.invert,
    lambda p: p.rotate(30, fillcolor=grey), lambda p: ImageOps.posterize(p, 4), ImageOps.invert,
    lambda p: ImageEnhance.Color(p).enhance(1.9), lambda p: ImageEnhance.Contrast(p).enhance(1.9),
    lambda p: ImageEnhance.Brightness(p).enhance(1.9), lambda p: ImageEnhance.Sharpness(p).enhance(1.9),
    lambda p: affine(p, (1, 0.3, 0, 0, 1, 0)), lambda p: affine(p, (1, 0, 0, 0.3, 1, 0)),
    lambda p: affine(p, (1, 0, 100, 0, 1, 0)), lambda p: affine(p, (1, 0, 0, 0, 1, 100)),
    cutout, lambda p: p.point([min(255, v + 110) if v < 128 else v for v in range(256)] * 3),
]
mild = [
    ImageOps.autocontrast, ImageOps.equalize, lambda p: ImageOps.posterize(p, 4), lambda p: p.rotate(5, Image.BILINEAR), lambda p: ImageOps.solarize(p, 220),
    lambda p: affine(p, (1, 0.05, 0, 0, 1, 0), Image.BILINEAR, 0), lambda p: affine(p, (1, 0, 0, 0.05, 1, 0), Image.BILINEAR, 0),
    lambda p: affine(p, (1, 0, 16, 0, 1, 0), Image.BILINEAR, 0), lambda p: affine(p, (1, 0, 0, 0, 1, 16), Image.BILINEAR, 0),
]


def rand_augment():
    picture = image
    for _ in range(2):
        picture = random.choice(distortions)(picture)
    return picture


def aug_mix():
    mixed = np.zeros(array.shape, np.float32)
    for share in np.random.dirichlet([1, 1, 1]).astype(np.float32):
        picture = image
        for _ in range(random.randint(1, 3)):
            picture = random.choice(mild)(picture)
        mixed += share * np.asarray(picture, np.float32)
    m = np.float32(np.random.beta(1, 1))
    return ((1 - m) * array + m * mixed + np.float32(0.5)).astype(np.uint8)


def inception_crop():
    x, y = random.randrange(width - 250), random.randrange(height - 250)
    return cv2.resize(array[y:y + 250, x:x + 250], (224, 224), interpolation=cv2.INTER_LINEAR)


def jitter():
    picture = ImageEnhance.Brightness(image).enhance(1.2)
    picture = ImageEnhance.Contrast(picture).enhance(0.8)
    picture = ImageEnhance.Color(picture).enhance(1.3)
    hue, saturation, value = picture.convert('HSV').split()
    return Image.merge('HSV', (hue.point([(v + 20) % 256 for v in range(256)]), saturation, value)).convert('RGB')


def through_jpeg():
    file = io.BytesIO()
    image.save(file, 'JPEG', quality=85, subsampling='4:2:0')
    return Image.open(file).convert('RGB')


def padded():
    small = cv2.resize(array, (224, round(224 * height / width)), interpolation=cv2.INTER_LINEAR)
    return cv2.copyMakeBorder(small, 0, 224 - small.shape[0], 0, 0, cv2.BORDER_CONSTANT, value=(127, 127, 127))


short = min(width, height)
left, top = (width - short) // 2, (height - short) // 2
operators = {
    'decode': lambda: Image.open(io.BytesIO(jpeg)).convert('RGB'),
    'bilinear': lambda: cv2.resize(array, (224, 224), interpolation=cv2.INTER_LINEAR),
    'bilinear antialiased': lambda: image.resize((224, 224), Image.BILINEAR),
    'bicubic antialiased': lambda: image.resize((224, 224), Image.BICUBIC),
    'lanczos3 antialiased': lambda: image.resize((224, 224), Image.LANCZOS),
    'area': lambda: cv2.resize(array, (224, 224), interpolation=cv2.INTER_AREA),
    'nearest': lambda: cv2.resize(array, (224, 224), interpolation=cv2.INTER_NEAREST_EXACT),
    'resizeSmall': lambda: cv2.resize(array, (round(256 * width / short), 256), interpolation=cv2.INTER_AREA),
    'resizeWithPad': padded,
    'centralCrop': lambda: array[top:top + short, left:left + short].copy(),
    'inceptionCrop': inception_crop,
    'flipLeftRight': lambda: cv2.flip(array, 1),
    'valueRange': lambda: array.astype(np.float32) * np.float32(2 / 255) - np.float32(1),
    'randAugment': rand_augment,
    'augMix': aug_mix,
    'colorJitter': jitter,
    'randomJpeg': through_jpeg,
}
for line in sys.stdin:
    name, count, out = line.rstrip('\n').split('\t')
    work = operators[name]
    start = time.process_time()
    for _ in range(int(count)):
        result = work()
    took = time.process_time() - start
    if out != '-':
        np.asarray(result).tofile(out)
    print(took, flush=True)
