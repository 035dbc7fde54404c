"""Which sheets a workbook has: those that suit the network and that the recipe wants."""

import openpyxl
import pytest
from workbooks import make

import xlbackprop as xb
from xlbackprop.errors import RecipeError
from xlbackprop.recipe.fields import VIEWS
from xlbackprop.sheets.kinds import layout_of


def test_each_view_can_be_left_out_alone():
    """The others stay, and the workbook agrees with Python."""
    sheets = layout_of(xb.load("sine", epochs=1)).sheets
    for view in set(VIEWS) & set(sheets):
        rest = [other for other in VIEWS if other != view]
        kept = layout_of(xb.load("sine", epochs=1, views=rest)).sheets
        assert kept == tuple(kind for kind in sheets if kind != view)


def test_a_workbook_without_any_view_is_checked_as_any_other(tmp_path):
    """No formula reads a view, and the recipe in the file says that there is none."""
    made = make(tmp_path, "sine", epochs=2, views=[])
    book = openpyxl.load_workbook(made.path)
    assert not {made.sheet(view) for view in VIEWS} & set(book.sheetnames)
    assert xb.load(made.path).views == ()
    assert xb.check(made.path).lines()[-1].startswith("All ")


@pytest.mark.parametrize(
    ("views", "sentence"),
    [
        (["fitt"], "views: got 'fitt', wanted one of {all}; did you mean 'fit'?"),
        ("fit", "views: got 'fit', wanted a list of sheets."),
        ([["fit"]], "views: got ['fit'], wanted one of {all}; did you mean 'fit'?"),
    ],
)
def test_an_unknown_view_is_told(views, sentence):
    """With the nearest one that there is."""
    with pytest.raises(RecipeError) as told:
        xb.load("sine", views=views)
    assert str(told.value) == sentence.format(all=", ".join(VIEWS))
