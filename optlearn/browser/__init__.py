"""The rules in the browser: one step as JavaScript, from TensorFlow's own trace of it."""

from optlearn.browser.problem import problem_part
from optlearn.browser.rule import rule_part
from optlearn.browser.untranslatable import Untranslatable

__all__ = ["Untranslatable", "problem_part", "rule_part"]
