"""Every rule of this package keeps Keras's contract for an optimizer, in every point of it."""

import keras
import pytest

from optlearn import optimizers
from tests.unit.contract import CONTRACT, PAGE, table, with_table

# Keras turns its variables into arrays in a way that NumPy 2 is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


@pytest.fixture
def forgotten_programs(kind):
    """What the tests of a point have traced and compiled goes with them: 300 networks would fill the memory."""
    yield
    if kind is optimizers.RULES[-1]:
        keras.utils.clear_session()


@pytest.mark.parametrize("kind", optimizers.RULES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("point", CONTRACT)
@pytest.mark.usefixtures("forgotten_programs")
def test_the_contract_is_kept(point, kind):
    CONTRACT[point](kind)


def test_the_table_of_the_page_is_that_of_the_contract():
    page = PAGE.read_text("utf-8")
    assert table() in page, "docs/keras.md: python -m tests.unit.contract"
    assert with_table(page) == page
