"""How the notebooks become pages: Sphinx's settings. `tools/site.py` puts the sources together and calls Sphinx."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from optlearn import __version__  # noqa: E402

project = "optlearn"
author = "optlearn contributors"
copyright = author  # noqa: A001 - Sphinx's name for it
release = __version__
language = "en"

extensions = ["myst_nb", "mathml", "highlighting"]
html_math_renderer = "mathml"  # browsers draw it themselves, without a script
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # pages are made from what is stored
nb_render_markdown_format = "myst"
nb_code_prompt_show = "Show {type}"
nb_ipywidgets_js = {}  # its default is a script from elsewhere
suppress_warnings = ["mystnb.unknown_mime_type"]

html_theme = "furo"
html_title = f"optlearn {release}"
html_static_path = ["static"]
html_favicon = "static/icon.svg"
exclude_patterns = ["alive"]
html_css_files = ["page.css"]
html_js_files = [("page.js", {"type": "module"})]
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_theme_options = {"navigation_with_keys": False}  # the arrow keys belong to the sliders
