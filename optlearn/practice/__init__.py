"""Write a rule yourself, and find out what is wrong with it: `check`, and the catalogue in `mistakes`."""

from optlearn.practice.diagnosis import Diagnosis, check, diagnose

__all__ = ["Diagnosis", "check", "diagnose"]
