"""Spreadsheets that train neural networks in front of your eyes.

>>> import xlbackprop as xb
>>> recipe = xb.load("backprop", epochs=10)
>>> trace = xb.run(recipe)            # trace.examples, trace.parameters, trace.history
>>> xb.write(recipe, "backprop.xlsx")  # doctest: +SKIP
>>> xb.check("backprop.xlsx")          # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlbackprop.api import from_data as from_data
    from xlbackprop.api import load as load
    from xlbackprop.api import run as run
    from xlbackprop.api import to_toml as to_toml
    from xlbackprop.api import write as write
    from xlbackprop.checks.check import check as check
    from xlbackprop.checks.report import Report as Report
    from xlbackprop.course import write_course as write_course
    from xlbackprop.errors import XlbackpropError as XlbackpropError
    from xlbackprop.lessons.recipe import LessonRecipe as LessonRecipe
    from xlbackprop.models.keras_model import from_keras as from_keras
    from xlbackprop.models.sklearn_model import from_sklearn as from_sklearn
    from xlbackprop.models.torch_model import from_torch as from_torch
    from xlbackprop.printing import pdf as pdf
    from xlbackprop.printing import picture as picture
    from xlbackprop.recipe.read import from_toml as from_toml
    from xlbackprop.recipe.recipe import Recipe as Recipe
    from xlbackprop.training.trace import Trace as Trace

__version__ = "0.1.0"

# Each name is imported when it is first used: importing the package costs nothing.
_HOME = {
    "LessonRecipe": "lessons.recipe",
    "Recipe": "recipe.recipe",
    "Report": "checks.report",
    "Trace": "training.trace",
    "XlbackpropError": "errors",
    "check": "checks.check",
    "from_data": "api",
    "from_keras": "models.keras_model",
    "from_sklearn": "models.sklearn_model",
    "from_toml": "recipe.read",
    "from_torch": "models.torch_model",
    "load": "api",
    "pdf": "printing",
    "picture": "printing",
    "run": "api",
    "to_toml": "api",
    "write": "api",
    "write_course": "course",
}
__all__ = [*_HOME]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
