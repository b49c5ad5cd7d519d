"""The rules in the browser: one step as JavaScript, from TensorFlow's own trace of it."""

from optlearn.browser.parts import problem_part, rule_part
from optlearn.browser.untranslatable import Untranslatable

__all__ = ["Untranslatable", "problem_part", "rule_part"]
