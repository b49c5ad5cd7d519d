"""A class behind a JupyterHub: five students log in, each to a server of their own, and drag in 02 behind its proxy."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from optlearn.live.page import MIME
from tests import needs
from tests.browser.harness import NOTEBOOKS, NotebookPage, free_port, wait_for

STUDENTS = ["ada", "emmy", "grace", "sofia", "mary"]
CONFIG = """\
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_port = {ports[1]}
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie"
c.JupyterHub.log_level = "WARN"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.ConfigurableHTTPProxy.command = ["{proxy}"]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
c.ConfigurableHTTPProxy.auth_token = "of-the-test"
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/{{username}}"
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root", "--LabApp.expose_app_in_browser=True"]
c.Spawner.environment = {environment!r}
c.Spawner.start_timeout = c.Spawner.http_timeout = 120
"""

pytestmark = [
    pytest.mark.skipif(not needs.path("proxy"), reason=needs.missing("proxy")),  # in CI too: it comes from npm
    pytest.mark.skipif(
        not importlib.util.find_spec("jupyterhub") and not needs.REQUIRED, reason="no jupyterhub: pip install it"
    ),
]


def to_the_first_lab() -> nbformat.NotebookNode:
    """02, up to its first lab."""
    notebook = nbformat.read(NOTEBOOKS / "02_momentum.ipynb", as_version=4)
    has_lab = [any(MIME in output.get("data", {}) for output in cell.get("outputs", [])) for cell in notebook.cells]
    notebook.cells = notebook.cells[: has_lab.index(True) + 1]
    return notebook


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub")
    for name in STUDENTS:
        (folder / name).mkdir()
        nbformat.write(to_the_first_lab(), folder / name / "02_momentum.ipynb")
    quiet = folder / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text('{"fetchNews": "false", "checkForUpdates": false}')
    ports = [free_port() for _ in range(3)]
    config = folder / "jupyterhub_config.py"
    environment = {"JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"), "PYTHONPATH": os.pathsep.join(sys.path)}
    config.write_text(
        CONFIG.format(
            ports=ports, folder=folder, proxy=needs.path("proxy"), python=sys.executable, environment=environment
        )
    )
    log = (folder / "hub.log").open("wb")
    command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
    process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{ports[0]}"
    try:
        wait_for(f"{address}/hub/login", process, Path(log.name))
        yield address
    finally:
        process.terminate()  # it ends the servers of the students, and its proxy
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        process.wait()
        log.close()


def test_five_students_log_in_and_drag_behind_the_proxy(browser, hub):
    contexts = [browser.new_context(viewport={"width": 1366, "height": 768}) for _ in STUDENTS]
    for name, context in zip(STUDENTS, contexts, strict=True):  # all servers start at once
        page = context.new_page()
        page.goto(f"{hub}/hub/login", timeout=60_000)
        page.fill("#username_input", name)
        page.fill("#password_input", "anything")
        page.click("#login_submit", no_wait_after=True)
        page.wait_for_url(lambda url: "/hub/login" not in url, timeout=60_000)
        page.close()
    pages = [
        NotebookPage(each, hub, "02_momentum.ipynb", at=f"/user/{name}")
        for name, each in zip(STUDENTS, contexts, strict=True)
    ]
    for page in pages:
        page.run_all()
    for k, page in enumerate(pages):
        lab = page.lab()
        before = lab.text
        seen = lab.move("momentum", 20 + k)
        assert seen["text"] != before
        assert not seen["waiting"]  # the browser has not asked anybody
    for page in pages:
        lab = page.lab()
        lab.wait_settled()
        assert page.execute("print(lab.text)").strip() == lab.text  # the kernel behind the proxy has heard of it
    assert len({page.lab().text for page in pages}) == len(STUDENTS)
    assert [page.errors() for page in pages] == [[]] * len(STUDENTS)
    for context in contexts:
        context.close()
