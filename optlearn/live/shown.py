"""What stands in a notebook for a widget, where no widget can be."""

from __future__ import annotations

from typing import Any

WIDGET = "application/vnd.jupyter.widget-view+json"


class Shown:
    """A widget whose `_repr_mimebundle_` is what a notebook shows and stores, whatever ipywidgets is installed.

    ipywidgets 8 displays a widget so. ipywidgets 7, which Colab has, does it by `_ipython_display_`, which
    shows no still picture and no words of the widget's own: so there must be none.
    """

    _ipython_display_ = None

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {"text/plain": repr(self), WIDGET: view}
