"""The equation above each group of columns, in the book's letters."""

from xlbackprop.network.network import Network
from xlbackprop.network.structure import Group
from xlbackprop.network.text import printed_share
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.words.notation import superscript


def equation(layout: Layout, group: Group) -> str:
    """The equation of a group, for unit j of its layer; empty for x, t and the answer."""
    network, number = layout.network, group.layer
    if not number:
        return network.cost.equation if group.kind == "C" else ""
    up, source = _up(network, number), _source(network, number)
    match group.kind:
        case "z":
            return network.layers[number - 2].value_equation(up, source)
        case "e":
            return "e = exp(z − max z)"
        case "a" if not network.layers[number - 2].activation:
            return network.layers[number - 2].value_equation(up, source)
        case "a":
            return network.activation(number).equation
        case "m":
            return "mⱼ = aⱼ − Σₖ tₖ aₖ + 1"
        case "c":
            return f"∂C/∂a = {network.cost.slope_equation}"
        case "d":
            return _delta(layout, number)
        case "g":
            gradients = network.layers[number - 2].gradient_equation(up, source)
            return f"{gradients}   {_update(layout)}"
    return ""


def sum_equation(layout: Layout) -> str:
    """How gradients are summed and what follows from them, for each kind of layer."""
    layers = [layer for _, layer in layout.network.learning()]
    found = dict.fromkeys(part for layer in layers for part in layer.sum_equations())
    sums = map(_averaged, found) if layout.network.averaged else found
    return "   ".join([*sums, _update(layout)])


def _averaged(equation: str) -> str:
    """The equation of a sum as that of a mean."""
    return " = ".join(f"(1/n) {side}" for side in equation.split(" = "))


def rate_equation(layout: Layout) -> str:
    """The learning rate of a step, where it changes."""
    return f"ηₖ = {layout.recipe.learning().schedule.equation}"


def _update(layout: Layout) -> str:
    """The update of the parameters, and what k counts where it is printed."""
    equation = layout.recipe.learning().equation
    counter = layout.text("training.step" if layout.one_epoch.steps.batched else "training.epoch")
    return f"{equation}   k: {counter}" if "ₖ" in equation or "ᵏ" in equation else equation


def _delta(layout: Layout, number: int) -> str:
    network, up = layout.network, _up(layout.network, number)
    if number < network.last:
        passed = network.layers[number - 1].passed_back_equation(_up(network, number + 1))
        has_slope = network.layers[number - 2].activation
        slope = network.activation(number).slope_equation if has_slope else ""
        return f"δ{up}ᵢ = {_times(passed, slope)}"
    activation = network.activation(number)
    if network.cost.slope is None:
        delta = printed_share(f"a{up} − t", network.cost.divisor)
        return layout.text("training.simplified", equation=f"δ{up} = {delta}")
    if network.spreads:
        return f"δ{up}ⱼ = aⱼ (∂C/∂aⱼ − Σₖ ∂C/∂aₖ aₖ)"
    return f"δ{up}ⱼ = {_times(network.cost.slope_equation, activation.slope_equation)}"


def _times(*factors: str) -> str:
    return " · ".join(factor for factor in factors if factor)


def _up(network: Network, number: int) -> str:
    return superscript(network.mark(number))


def _source(network: Network, number: int) -> str:
    return "xᵢ" if number == 2 else f"a{_up(network, number - 1)}ᵢ"
