"""How long the 90 minutes of docs/ninety.md take a teacher, counted row by row.

python tools/clock.py            a table of the parts
python tools/clock.py --write    put the counted times into the page

Counted are words to say at 130 a minute, a link to open at 10 seconds, a drag at 20, a show of hands at 90, a talk
among neighbours with a second vote at 120, a line on the board at 30, and what the class does by itself as it says.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).resolve().parents[1] / "docs" / "ninety.md"
WORDS_A_MINUTE = 130
SECONDS = {"Open": 10, "Drag": 20, "Hands": 90, "Neighbours": 120}
STATED = {r"\*\*Write\*\*.*?(\d+) lines": 30, r"\*\*Class\*\*, (\d+) minutes": 60}
PART = re.compile(r"(?ms)^## (?P<title>\d\..+?[:?]) (?P<minutes>\d+) minutes$(?P<rows>.+?)(?=^## )")
ROW = re.compile(r"(?m)^\| (?P<clock>\d+:\d\d) \| (?P<do>.*?) ?\| (?P<say>.+) \|$")
RESERVE = re.compile(r"(<!-- reserve -->).*?(<!-- /reserve -->)")


class Part(NamedTuple):
    """A part of the script: its title, the seconds it may take, when its rows begin, and the seconds it does take."""

    title: str
    allowed: int
    begins: list[float]
    takes: float


def seconds(do: str, say: str) -> float:
    """What a row takes: what is to be done, and what is to be said."""
    done = sum(each * do.count(f"**{word}**") for word, each in SECONDS.items())
    done += sum(each * int(number) for stated, each in STATED.items() for number in re.findall(stated, do))
    return done + words(say) / WORDS_A_MINUTE * 60


def words(say: str) -> int:
    """Words as they are spoken: 0.9 is one, and so is a formula's letter."""
    return len(re.findall(r"\w[\w.,’']*", say))


def parts(page: str) -> list[Part]:
    """The parts of the page; the clock of each begins where the part before it should have ended."""
    found, begin = [], 0.0
    for part in PART.finditer(page):
        begins, now = [], begin
        for row in ROW.finditer(part["rows"]):
            begins.append(now)
            now += seconds(row["do"], row["say"])
        found.append(Part(part["title"], 60 * int(part["minutes"]), begins, now - begin))
        begin += found[-1].allowed
    return found


def on_the_clock(moment: float) -> str:
    """A moment in seconds as minutes and seconds, to five seconds."""
    minutes, rest = divmod(5 * round(moment / 5), 60)
    return f"{minutes}:{rest:02}"


def written(page: str) -> str:
    """The page with the counted times in it."""
    counted = parts(page)
    begins = iter(begin for part in counted for begin in part.begins)
    page = ROW.sub(lambda row: row[0].replace(row["clock"], on_the_clock(next(begins)), 1), page)
    reserve = sum(part.allowed - part.takes for part in counted) / 60
    return RESERVE.sub(rf"\g<1>{reserve:.0f} minutes\g<2>", page)


def main() -> int:
    parser = argparse.ArgumentParser(description="Count how long the 90 minutes take.")
    parser.add_argument("--write", action="store_true", help="put the times into the page")
    chosen = parser.parse_args()
    page = PAGE.read_text("utf-8")
    for title, allowed, begins, takes in parts(page):
        reserve = on_the_clock(allowed - takes) if takes <= allowed else "none"
        print(
            f"{title:<34}{on_the_clock(takes):>6} of {on_the_clock(allowed):>6}, reserve {reserve}, {len(begins)} rows"
        )
    if chosen.write:
        PAGE.write_text(written(page), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
