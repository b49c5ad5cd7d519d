"""Mathematics in pages as MathML, which every browser draws by itself: nothing to load, and it prints."""

from __future__ import annotations

import re

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx

MATH = r'<math [^>]*display="inline">(?:(?!</math>).)*</math>'
TOUCHED = re.compile(rf"[(“]+{MATH}[,.;:)”]*|{MATH}[,.;:)”]+", re.DOTALL)
PRIME = r"<mi>(&#x0203[234];)</mi>"
PRIMED = re.compile(rf"<msup>(<mi>[^<]*</mi>){PRIME}</msup>")
PRIMED_POWER = re.compile(rf"<msup>(<mi>[^<]*</mi>)<mrow>{PRIME}")
BESIDE = r'<mrow>\1<mo lspace="0em" rspace="0em">\2</mo></mrow>'


def mathml(latex: str, display: str = "inline") -> str:
    """The converter knows neither `aligned` nor `arg`, and what it does not know it sets as text.

    A prime is raised in itself: raised once more, it would be a dot above its letter.
    """
    known = latex.replace("{aligned}", "{align*}").replace(r"\arg", r"\operatorname{arg}")
    formula = PRIMED.sub(BESIDE, convert(known, display=display))
    return PRIMED_POWER.sub(f"<msup>{BESIDE}<mrow>", formula)


def visit_inline(translator, node: nodes.math) -> None:
    translator.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def visit_block(translator, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="math" tabindex="0">{mathml(node.astext(), "block")}</div>')
    raise nodes.SkipNode


def keep_together(app: Sphinx, name: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """A formula and the brackets and points that touch it stay in one line: browsers would break it there."""
    if "body" in context:
        context["body"] = TOUCHED.sub(r'<span class="together">\g<0></span>', context["body"])


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.connect("html-page-context", keep_together)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
