"""Update rules: how the parameters change after each step, and the Excel text of the same.

One entry per rule. All parameters change at the same moment, by the sum of the gradients over the
examples, or by their mean. A rule may remember something between steps: each of its states has a
row of its own below the sums, starts at 0, and is updated before the parameters are. Forms and
settings are those of PyTorch's optimizers. A power that is too small is an error in LibreOffice:
there is none where that can be, or IFERROR around it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xlbackprop.arrays import Array


class Setting(NamedTuple):
    """A number that a rule or a schedule asks for.

    Attributes:
        usual: where a recipe doesn't say.
        limit: which numbers will do, a name of ``bounds.LIMITS``.
    """

    usual: float
    limit: str


@dataclass(frozen=True)
class Now:
    """All that an update may look at; arrays are (..., parameters).

    Attributes:
        w: the parameters.
        g: ∂C_T/∂w: Σ∂C/∂w over the examples, or their mean.
        eta: the learning rate of this step.
        k: number of this step, from 1; with (..., 1) for several steps.
        old: the states before this step, by name.
        new: the states after it, as far as they are known.
        settings: the rule's settings, by name.
        decays: which parameters a weight decay shrinks, (parameters,).
    """

    w: Array
    g: Array
    eta: Array
    k: Array
    old: Mapping[str, Array]
    new: Mapping[str, Array]
    settings: Mapping[str, float]
    decays: NDArray[np.bool_] = field(default_factory=lambda: np.array(True))


@dataclass(frozen=True)
class State:
    """What a rule remembers of each parameter.

    Attributes:
        name: one letter.
        step: the new value.
        excel: the same as formula text; ``{w}``, ``{g}``, ``{k}`` and the states, ``{v}`` new and
            ``{v_old}``, are cells, settings stand under their own names.
        equation: as printed beside the row.
        figures: its right side with numbers in it, under the same names as in ``excel``.
    """

    name: str
    step: Callable[[Now], Array]
    excel: str
    equation: str
    figures: str


class Corrected(NamedTuple):
    """A state over what it would be of a gradient of 1: it began with 0 and is too small at first.

    Attributes:
        state: the name of the state.
        setting: how much of it is kept from step to step.
        equation: as printed.
    """

    state: str
    setting: str
    equation: str

    @property
    def excel(self) -> str:
        """As formula text, as in ``State``."""
        return f"{{{self.state}}}/(1-IFERROR({self.setting}^{{k}},0))"

    @property
    def figures(self) -> str:
        """With numbers in it, as in ``State``."""
        return f"{{{self.state}}}/(1 − {{{self.setting}}}^{{k}})"


@dataclass(frozen=True)
class UpdateRule:
    """One update rule and its twin in a spreadsheet.

    Attributes:
        name: as recipes write it.
        step: the next parameters.
        excel: the same as formula text, as in ``State``; ``{eta}`` is the learning rate.
        equation: the rule as printed above the columns.
        figures: its right side with numbers in it, as in ``State``.
        corrected: what the figures have in place of states.
        states: what it remembers, in the order of their computation.
        settings: what it asks for, by the name that formulas use.
    """

    name: str
    step: Callable[[Now], Array]
    excel: str
    equation: str
    figures: str
    states: tuple[State, ...] = ()
    settings: Mapping[str, Setting] = field(default_factory=dict)
    corrected: tuple[Corrected, ...] = ()


_MOMENTUM, _EPSILON = Setting(0.9, "below 1"), Setting(1e-8, "positive")
_VELOCITY = State(
    name="v",
    step=lambda now: now.settings["momentum"] * now.old["v"] + now.g,
    excel="momentum*{v_old}+{g}",
    equation="v ← μ v + Σ ∂C/∂w",
    figures="{momentum}·{v_old} + {g}",
)
_SQUARES = State(
    name="s",
    step=lambda now: (
        now.settings["beta_2"] * now.old["s"] + (1 - now.settings["beta_2"]) * now.g**2
    ),
    excel="beta_2*{s_old}+(1-beta_2)*{g}*{g}",
    equation="s ← β₂ s + (1 − β₂) (Σ ∂C/∂w)²",
    figures="{beta_2}·{s_old} + (1 − {beta_2})·{g}²",
)


def _adam(now: Now) -> Array:
    mean = now.new["m"] / (1 - now.settings["beta_1"] ** now.k)
    square = now.new["s"] / (1 - now.settings["beta_2"] ** now.k)
    stepped: Array = now.w - now.eta * mean / (np.sqrt(square) + now.settings["epsilon"])
    return stepped


RULES = {
    entry.name: entry
    for entry in (
        UpdateRule(
            name="gradient-descent",
            step=lambda now: now.w - now.eta * now.g,
            excel="{w}-{eta}*{g}",
            equation="w ← w − η Σ ∂C/∂w",
            figures="{w} − {eta}·{g}",
        ),
        UpdateRule(
            name="momentum",
            states=(_VELOCITY,),
            step=lambda now: now.w - now.eta * now.new["v"],
            excel="{w}-{eta}*{v}",
            equation="w ← w − η v",
            figures="{w} − {eta}·{v}",
            settings={"momentum": _MOMENTUM},
        ),
        UpdateRule(
            name="nesterov",
            states=(_VELOCITY,),
            step=lambda now: now.w - now.eta * (now.g + now.settings["momentum"] * now.new["v"]),
            excel="{w}-{eta}*({g}+momentum*{v})",
            equation="w ← w − η (Σ ∂C/∂w + μ v)",
            figures="{w} − {eta}·({g} + {momentum}·{v})",
            settings={"momentum": _MOMENTUM},
        ),
        UpdateRule(
            name="adagrad",
            states=(
                State(
                    name="s",
                    step=lambda now: now.old["s"] + now.g**2,
                    excel="{s_old}+{g}*{g}",
                    equation="s ← s + (Σ ∂C/∂w)²",
                    figures="{s_old} + {g}²",
                ),
            ),
            step=lambda now: (
                now.w - now.eta * now.g / (np.sqrt(now.new["s"]) + now.settings["epsilon"])
            ),
            excel="{w}-{eta}*{g}/(SQRT({s})+epsilon)",
            equation="w ← w − η Σ ∂C/∂w / (√s + ε)",
            figures="{w} − {eta}·{g}/(√{s} + {epsilon})",
            settings={"epsilon": Setting(1e-10, "positive")},
        ),
        UpdateRule(
            name="rmsprop",
            states=(_SQUARES,),
            step=lambda now: (
                now.w - now.eta * now.g / (np.sqrt(now.new["s"]) + now.settings["epsilon"])
            ),
            excel="{w}-{eta}*{g}/(SQRT({s})+epsilon)",
            equation="w ← w − η Σ ∂C/∂w / (√s + ε)",
            figures="{w} − {eta}·{g}/(√{s} + {epsilon})",
            settings={"beta_2": Setting(0.99, "below 1"), "epsilon": _EPSILON},
        ),
        UpdateRule(
            name="adam",
            states=(
                State(
                    name="m",
                    step=lambda now: (
                        now.settings["beta_1"] * now.old["m"] + (1 - now.settings["beta_1"]) * now.g
                    ),
                    excel="beta_1*{m_old}+(1-beta_1)*{g}",
                    equation="m ← β₁ m + (1 − β₁) Σ ∂C/∂w",
                    figures="{beta_1}·{m_old} + (1 − {beta_1})·{g}",
                ),
                _SQUARES,
            ),
            step=_adam,
            excel=(
                "{w}-{eta}*{m}/(1-IFERROR(beta_1^{k},0))"
                "/(SQRT({s}/(1-IFERROR(beta_2^{k},0)))+epsilon)"
            ),
            equation="w ← w − η m/(1 − β₁ᵏ) / (√(s/(1 − β₂ᵏ)) + ε)",
            figures="{w} − {eta}·{m}/(√{s} + {epsilon})",
            corrected=(
                Corrected("m", "beta_1", "m/(1 − β₁ᵏ)"),
                Corrected("s", "beta_2", "s/(1 − β₂ᵏ)"),
            ),
            settings={
                "beta_1": Setting(0.9, "below 1"),
                "beta_2": Setting(0.999, "below 1"),
                "epsilon": _EPSILON,
            },
        ),
    )
}

# Weight decay adds λ w to the gradient; that with it is the first state of any rule. Biases are
# left alone, as in most books, or shrink as well, as in PyTorch.
DECAY = "weight_decay"
DECAYED = State(
    name="r",
    step=lambda now: np.where(now.decays, now.g + now.settings[DECAY] * now.w, now.g),
    excel="{g}+weight_decay*{w}",
    equation="r = Σ ∂C/∂w + λ w",
    figures="{g} + {weight_decay}·{w}",
)
SUM, MEAN = "Σ ∂C", "(1/n) Σ ∂C"  # over the examples, as printed
KEPT = "{g}"  # r of a bias that doesn't decay, as formula text
OF_BIASES = {False: "b: r = Σ ∂C/∂b", True: "b: r = Σ ∂C/∂b + λ b"}


@dataclass(frozen=True)
class Schedule:
    """How the learning rate changes from step to step, and the Excel text of the same.

    Attributes:
        name: as recipes write it.
        rate: (η, k, settings) → η of step k.
        excel: the same as formula text; ``{eta}`` is η's cell, ``{k}`` that with the step's
            number. Empty where η stays.
        equation: as printed beside the row.
        settings: what it asks for, by the name that formulas use.
    """

    name: str
    rate: Callable[[float, Array, Mapping[str, float]], Array]
    excel: str
    equation: str
    settings: Mapping[str, Setting] = field(default_factory=dict)


SCHEDULES = {
    entry.name: entry
    for entry in (
        Schedule(name="constant", rate=lambda eta, k, s: eta + 0 * k, excel="", equation="η"),
        Schedule(
            name="step",
            rate=lambda eta, k, s: eta * s["drop"] ** np.floor((k - 1) / s["every"]),
            # IronCalc reads a function that is an exponent back in brackets.
            excel="{eta}*IFERROR(drop^(INT(({k}-1)/every)),IF(drop<1,0*every,NA()))",
            equation="η · drop^INT((k − 1)/every)",
            settings={"drop": Setting(0.5, "positive"), "every": Setting(10.0, "at least 1")},
        ),
        Schedule(
            name="inverse-time",
            rate=lambda eta, k, s: eta / (1 + s["slowdown"] * (k - 1)),
            excel="{eta}/(1+slowdown*({k}-1))",
            equation="η / (1 + slowdown · (k − 1))",
            settings={"slowdown": Setting(0.1, "not negative")},
        ),
    )
}


def setting_names() -> tuple[str, ...]:
    """Every setting that a recipe may have, whatever its rule and schedule."""
    entries: tuple[UpdateRule | Schedule, ...] = (*RULES.values(), *SCHEDULES.values())
    return tuple(dict.fromkeys([*(name for entry in entries for name in entry.settings), DECAY]))


@dataclass(frozen=True)
class Learning:
    """A rule with its schedule and weight decay: everything that happens between two steps.

    Attributes:
        rule: the update rule.
        schedule: how η changes.
        decays: whether weights decay.
        decays_biases: whether biases decay with them.
        averaged: whether the gradient is the mean over the examples, not the sum.
        biases: whether any bias is trained.
    """

    rule: UpdateRule
    schedule: Schedule
    decays: bool
    decays_biases: bool = False
    averaged: bool = False
    biases: bool = True

    @property
    def settings(self) -> dict[str, Setting]:
        """What rule and schedule ask for, and λ where weights decay."""
        decay = {DECAY: Setting(0.0, "not negative")} if self.decays else {}
        return {**self.rule.settings, **self.schedule.settings, **decay}

    @property
    def states(self) -> tuple[State, ...]:
        """The states' rows, from the top."""
        return ((DECAYED,) if self.decays else ()) + self.rule.states

    @property
    def gradient(self) -> str:
        """Name of the state that takes the gradient's place; empty for the sum itself."""
        return DECAYED.name if self.decays else ""

    @property
    def equation(self) -> str:
        """The rule as printed: ηₖ where η changes from step to step."""
        printed = self.printed(self.rule)
        return printed.replace("η", "ηₖ") if self.schedule.excel else printed

    def printed(self, entry: UpdateRule | State) -> str:
        """The equation of the rule or of a state: r in place of the sum where weights decay."""
        equation = entry.equation
        if entry is DECAYED and self.biases:
            equation = f"w: {equation}   {OF_BIASES[self.decays_biases]}"
        elif self.decays and entry is not DECAYED:
            equation = equation.replace("(Σ ∂C/∂w)²", "r²").replace("Σ ∂C/∂w", "r")
        return equation.replace(SUM, MEAN) if self.averaged else equation

    def remembered(self, now: Now) -> dict[str, Array]:
        """The states after a step; ``now.new`` gives those that are already known."""
        new = dict(now.new)
        for state in self.states:
            if state.name not in new:
                new[state.name] = state.step(self._seen(replace(now, new=new), state))
        return {state.name: new[state.name] for state in self.states}

    def stepped(self, now: Now) -> Array:
        """The next parameters; ``now.new`` holds all states after the step."""
        return self.rule.step(self._seen(now, None))

    def _seen(self, now: Now, state: State | None) -> Now:
        """What a rule sees: the decayed gradient in place of the sum, once there is one."""
        if self.decays and state is not DECAYED:
            return replace(now, g=now.new[DECAYED.name])
        return now
