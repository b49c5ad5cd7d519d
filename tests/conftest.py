"""For all tests: TensorFlow is quiet, work is shared out evenly, and without Chromium one is told what was left out."""

from xdist.scheduler import LoadFileScheduling

import optlearn  # noqa: F401 - sets TensorFlow's two quiet switches before a test imports it


class Scheduling(LoadFileScheduling):
    """A file's tests stay in one worker, and so do those of a notebook in the browser, but not of all notebooks."""

    def _split_scope(self, nodeid):
        file, _, test = nodeid.partition("::")
        return f"{file}::{test.partition('[')[2]}" if file.endswith("browser/test_notebooks.py") else file


def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log)


def pytest_terminal_summary(terminalreporter):
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "browser" in report.keywords]
    if skipped:
        _, _, reason = skipped[0].longrepr
        terminalreporter.write_line(f"{len(skipped)} browser tests: {reason}")
