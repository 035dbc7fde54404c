"""The kinds of sheets in the order of the workbook, and which of them a workbook has."""

from dataclasses import replace

from xlbackprop.recipe.fields import VIEWS
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.sheets import compare, confusion, data, fit, parameters, progress, recipe, start
from xlbackprop.sheets.gradient_check import sheet as gradient_check
from xlbackprop.sheets.learning_rates import sheet as learning_rates
from xlbackprop.sheets.pictures import sheet as pictures
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.predict import sheet as predict
from xlbackprop.sheets.solver import sheet as solver
from xlbackprop.sheets.training import sheet as training
from xlbackprop.sheets.walkthrough import sheet as walkthrough
from xlbackprop.workbook.theme import Theme

KINDS = {
    kind.name: kind
    for kind in (
        start.KIND,
        data.KIND,
        solver.KIND,
        parameters.KIND,
        training.KIND,
        walkthrough.KIND,
        predict.KIND,
        confusion.KIND,
        gradient_check.KIND,
        learning_rates.KIND,
        pictures.KIND,
        progress.KIND,
        fit.KIND,
        compare.KIND,
        recipe.KIND,
    )
}


def layout_of(recipe: Recipe, theme: Theme | None = None) -> Layout:
    """The layout of a recipe's workbook: which sheets it has, and where things stand on them."""
    wanted = (kind for name, kind in KINDS.items() if name not in VIEWS or name in recipe.views)
    return replace(Layout.of(recipe, theme), kinds=tuple(wanted))
