"""Make docs/lab.png anew: the lab in a browser, as the README shows it.

    python tools/picture.py
"""  # fmt: skip

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from optlearn.live import Lab  # noqa: E402 - found by the line above
from optlearn.optimizers import Momentum  # noqa: E402
from optlearn.problems import ParabolaFit  # noqa: E402
from tests.browser.harness import chromium  # noqa: E402
from tests.browser.page import LabsAlone  # noqa: E402

RANGES = {"learning_rate": (1e-4, 1e-2)}
COLORS = 96


def main() -> None:
    lab = Lab(Momentum(0.0015, momentum=0.9), ParabolaFit(), steps=150, ranges=RANGES)
    with chromium() as browser, LabsAlone(browser, lab, size=(1100, 768)) as page:
        assert page.lab().text == lab.text
        png = page.lab().root.screenshot()
        assert page.problems == []
    image = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    image.save(ROOT / "docs" / "lab.png", optimize=True)


if __name__ == "__main__":
    main()
