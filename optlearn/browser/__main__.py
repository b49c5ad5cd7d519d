"""Write the parts that come with the package anew, after a change of a rule, a problem or their translation."""

from optlearn.browser import shipped

shipped.write()
