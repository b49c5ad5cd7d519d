"""For all tests: TensorFlow is quiet, and whoever has no Chromium is told what was left out."""

import optlearn  # noqa: F401 - sets TensorFlow's two quiet switches before a test imports it


def pytest_terminal_summary(terminalreporter):
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "browser" in report.keywords]
    if skipped:
        _, _, reason = skipped[0].longrepr
        terminalreporter.write_line(f"{len(skipped)} browser tests: {reason}")
