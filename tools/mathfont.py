"""Make the font of the pages' formulas, docs/static/math.woff: the part of STIX Two Math that they use.

python tools/mathfont.py STIXTwoMath-Regular.ttf

Phones have no font for mathematics, and without one a root does not grow, and an index stands where it likes. The whole
font, under the SIL Open Font License, is at https://github.com/stipub/stixfonts; a tenth of it is enough.
"""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONT = Path(__file__).resolve().parents[1] / "docs" / "static" / "math.woff"
SIGNS = (
    "¯±·×÷‖…′‾ˆ˜˙ℓℎℝ𝔼𝖳←↑→↓↔↦⇒⇔⟸⟹⟺∀∂∃∅∇∈∉∏∑−∓∘∙√∝∞∣∥∩∪∫∼≃≈≠≡≤≥≪≫⊂⊆⊕⊗⊙⊤⊥⋅⋮⋯⋱⌈⌉⌊⌋⏞⏟⟨⟩⃗"  # what a formula may need
    "ϑϕϵϱ𝜕𝛻𝜖𝜗𝜙𝜚"
)
FEATURES = ["math", "ssty", "dtls", "flac", "ccmp", "kern", "mark", "mkmk"]  # those that OpenType has for mathematics


def letters() -> set[str]:
    """ASCII, Greek, and each letter as a variable: browsers show a lone `x` as the italic 𝑥."""
    upright = {chr(code) for code in (*range(0x20, 0x7F), *range(0x391, 0x3CA)) if unicodedata.name(chr(code), "")}
    return upright | {italic for letter in upright if (italic := as_variable(letter))}


def as_variable(letter: str) -> str:
    """The italic of mathematics, or "" where there is none."""
    words = unicodedata.name(letter, "").replace("LATIN ", "").replace("GREEK ", "").split(" LETTER ")
    try:
        return unicodedata.lookup(f"MATHEMATICAL ITALIC {' '.join(words)}") if len(words) == 2 else ""
    except KeyError:
        return ""  # h has its own, in SIGNS


def main() -> None:
    font = TTFont(sys.argv[1])
    options = subset.Options(layout_features=FEATURES, hinting=False, notdef_outline=True)
    maker = subset.Subsetter(options)
    maker.populate(text="".join(letters()) + SIGNS)
    maker.subset(font)
    font.flavor = "woff"
    font.save(FONT)
    print(f"{FONT.name}: {FONT.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    main()
