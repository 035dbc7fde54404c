"""What works in a PyTorch model, one module behind the other, each with its place.

The forward of a module that isn't a Sequential is followed by ``torch.fx``: it may only hand on,
from each of its modules to the next, or to a function that is the same as one.
"""

from collections.abc import Iterator
from typing import Any

from xlbackprop.errors import RecipeError
from xlbackprop.models.model import library

Placed = tuple[str, Any]
MAKE = "put the model's layers into a torch.nn.Sequential in the order in which they work"
SIMPLE = {  # functions and methods that are a module with no option
    "relu": "ReLU",
    "relu_": "ReLU",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "relu6": "ReLU6",
    "silu": "SiLU",
    "selu": "SELU",
    "softsign": "Softsign",
}


def is_sequential(module: Any, nn: Any) -> bool:
    """Whether a module hands on from each of its modules to the next, and does nothing else."""
    return isinstance(module, nn.Sequential) and type(module).forward is nn.Sequential.forward


def working_modules(model: Any) -> Iterator[Placed]:
    """All modules in the order in which they work.

    Raises:
        RecipeError: the model does what no chain of modules does.
    """
    nn = library("torch", "torch").nn
    if not isinstance(model, nn.Module) or not (_is_own(model, nn) or is_sequential(model, nn)):
        raise RecipeError(
            f"model: got {type(model).__name__}, wanted a torch.nn.Sequential; put the model's "
            "layers into one in the order in which they work."
        )
    return _inside(model, "model", nn)


def _inside(module: Any, where: str, nn: Any) -> Iterator[Placed]:
    if is_sequential(module, nn):
        for index, part in enumerate(module):
            yield from _inside(part, f"{where}[{index}]", nn)
    elif not _is_own(module, nn):
        yield where, module
    else:
        for place, part in _followed(module, where, nn):
            yield from _inside(part, place, nn)


def _is_own(module: Any, nn: Any) -> bool:
    """Whether somebody wrote a module's forward, and no module of ``torch.nn`` is behind it."""
    bases = [kind for kind in type(module).__mro__ if kind.__module__.startswith("torch.nn.")]
    return all(kind in (nn.Module, nn.Sequential) for kind in bases)


def _followed(module: Any, where: str, nn: Any) -> Iterator[Placed]:
    """What the forward of a module of somebody's own calls, one after the other."""
    before: Any = None
    for node in _graph(module, where):
        if node.op == "placeholder" and before is None:
            before = node
            continue
        if node.args[:1] != (before,):
            raise _branches(module, where)
        if node.op == "output":
            return
        yield _step(node, module, where, nn)
        before = node


def _graph(module: Any, where: str) -> list[Any]:
    fx = library("torch.fx", "torch")

    class Leaves(fx.Tracer):  # type: ignore[misc, name-defined]
        def is_leaf_module(self, module: Any, name: str) -> bool:
            return True

    try:
        return list(Leaves().trace(module).nodes)
    except Exception as error:  # whatever a forward of somebody's own may raise
        raise RecipeError(
            f"{where}: the forward of {type(module).__name__} can't be followed "
            f"({type(error).__name__}); {MAKE}."
        ) from error


def _step(node: Any, module: Any, where: str, nn: Any) -> Placed:
    name = getattr(node.target, "__name__", node.target)
    if node.op == "call_module" and len(node.args) == 1 and not node.kwargs:
        return f"{where}.{name}", module.get_submodule(name)
    if node.op in ("call_function", "call_method") and (made := _as_module(node, name, nn)):
        return f"{where}: {name}", made
    raise RecipeError(
        f"{where}: got {name} in the forward of {type(module).__name__}, wanted modules alone, "
        f"each behind the one before it; {MAKE}."
    )


def _as_module(node: Any, name: str, nn: Any) -> Any:
    """The module that does what a function does; None if there is none."""
    options = [*node.args[1:], *(v for k, v in node.kwargs.items() if k != "inplace")]
    if name in SIMPLE and not options:
        return getattr(nn, SIMPLE[name])()
    if name == "flatten" and options == [1]:
        return nn.Flatten()
    return None


def _branches(module: Any, where: str) -> RecipeError:
    return RecipeError(
        f"{where}: the forward of {type(module).__name__} doesn't hand on from each module to the "
        f"next alone; a workbook shows a chain of layers, so {MAKE}."
    )
