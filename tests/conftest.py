"""For all tests: TensorFlow is quiet, no program is compiled twice, work is shared out, garbage is soon found."""

import gc
import os
import shutil
import tempfile
from importlib.metadata import version

import pytest
from xdist.scheduler import LoadFileScheduling

import optlearn  # noqa: F401 - sets TensorFlow's two quiet switches before a test imports it
from tests import needs


class Scheduling(LoadFileScheduling):
    """A file's tests stay in one worker, and so do those of a notebook in the browser, but not of all notebooks."""

    def _split_scope(self, nodeid):
        file, _, test = nodeid.partition("::")
        return f"{file}::{test.partition('[')[2]}" if file.endswith("browser/test_notebooks.py") else file


def pytest_configure(config):
    """What one process has compiled, the others take from a folder: notebooks run by nbval and in the browser."""
    if hasattr(config, "workerinput"):
        return
    folder = tempfile.mkdtemp(prefix="optlearn-programs-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    cache = f"--tf_xla_persistent_cache_directory={folder} --tf_xla_persistent_cache_device_types=CPU"
    os.environ["TF_XLA_FLAGS"] = f"{os.environ.get('TF_XLA_FLAGS', '')} {cache}".strip()


def pytest_collection_modifyitems(items):
    """What compares with a class that this Keras has not is skipped: so the unit tests run with the lowest versions."""
    keras = version("keras")
    for item in items:
        if reason := needs.younger(item.name, keras):
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_collection_finish():
    pass_over_what_stays()


@pytest.fixture(scope="module", autouse=True)
def _from_file_to_file():
    yield
    pass_over_what_stays()


def pass_over_what_stays():
    """Later searches for garbage leave out what is here now: tests, modules, and the graphs that Keras never forgets.

    A search comes with each program that is compiled, and among a million objects takes half a second.
    """
    gc.collect()
    gc.freeze()


def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log)


def pytest_terminal_summary(terminalreporter):
    """What was skipped and why, and one line that says what is missing."""
    reasons = [report.longrepr[2] for report in terminalreporter.stats.get("skipped", [])]
    for line in needs.summary(reasons):
        terminalreporter.write_line(line)
