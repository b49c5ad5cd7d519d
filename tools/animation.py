"""Make docs/lab.gif for the README: a lab of the front page while β is dragged, photographed in a real browser.

python tools/animation.py
"""

from __future__ import annotations

import io
import math
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from optlearn.live import Lab  # noqa: E402
from optlearn.optimizers import Momentum  # noqa: E402
from optlearn.problems import ParabolaFit  # noqa: E402
from tests.browser.harness import chromium  # noqa: E402
from tests.browser.page import LabsAlone  # noqa: E402

TARGET = ROOT / "docs" / "lab.gif"
FRAMES, SECONDS = 64, 6.4  # there and back
LARGEST = 3_000_000  # bytes
WIDTH, HEIGHT, COLORS = 1000, 570, 96


def main() -> int:
    ranges = {"learning_rate": (1e-4, 1e-2), "momentum": (0.0, 0.99)}
    lab = Lab(Momentum(0.0015, momentum=0.0), ParabolaFit(), steps=150, ranges=ranges)
    with chromium() as browser, LabsAlone(browser, lab, size=(WIDTH, HEIGHT)) as page:
        shown = page.lab()
        page.page.add_style_tag(content="h1 { display: none }")
        last = int(shown.slider("momentum").get_attribute("max"))
        pictures = []
        for k in range(FRAMES):
            shown.move("momentum", round(last * (1 - math.cos(2 * math.pi * k / FRAMES)) / 2))
            shown.wait_settled()
            pictures.append(Image.open(io.BytesIO(page.page.screenshot())).convert("RGB"))
    palette = pictures[FRAMES // 3].quantize(COLORS)
    frames = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    duration = round(1000 * SECONDS / FRAMES)
    frames[0].save(TARGET, save_all=True, append_images=frames[1:], duration=duration, loop=0, optimize=True)
    size = TARGET.stat().st_size
    print(f"{TARGET.relative_to(ROOT)}: {FRAMES} pictures, {SECONDS} s, {size / 1000:.0f} KB")
    return 0 if size < LARGEST else 1


if __name__ == "__main__":
    sys.exit(main())
