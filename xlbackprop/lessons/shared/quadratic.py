"""A function of two variables: p·x² + q·x·y + r·y², with a linear part where there is one."""

from dataclasses import dataclass

from xlbackprop.page.cells import Live


@dataclass(frozen=True)
class Quadratic:
    """Coefficients p, q, r of x², x·y, y², and s, t of x and y.

    The text of a formula and its value come side by side; x and y are what the page shows.
    """

    p: Live
    q: Live
    r: Live
    s: Live | None = None
    t: Live | None = None

    def formula(self, x: Live, y: Live) -> str:
        """The value as formula text."""
        text = f"{self.p}*{x}*{x}+{self.q}*{x}*{y}+{self.r}*{y}*{y}"
        return text if self.s is None else f"{text}+{self.s}*{x}+{self.t}*{y}"

    def value(self, x: float, y: float) -> float:
        """The value."""
        s, t = self.s or 0.0, self.t or 0.0
        return float(self.p * x * x + self.q * x * y + self.r * y * y + s * x + t * y)

    def slope_formulas(self, x: Live, y: Live) -> tuple[str, str]:
        """The derivatives by x and by y as formula text."""
        by_x, by_y = f"2*{self.p}*{x}+{self.q}*{y}", f"{self.q}*{x}+2*{self.r}*{y}"
        return (by_x, by_y) if self.s is None else (f"{by_x}+{self.s}", f"{by_y}+{self.t}")

    def slopes(self, x: float, y: float) -> tuple[float, float]:
        """The derivatives by x and by y."""
        s, t = self.s or 0.0, self.t or 0.0
        return (2 * self.p * x + self.q * y + s, self.q * x + 2 * self.r * y + t)

    def twins(self, x: Live, y: Live) -> tuple[str, float]:
        """Formula text and value."""
        return self.formula(x, y), self.value(x, y)

    def slope_twins(self, x: Live, y: Live) -> list[tuple[str, float]]:
        """Formula text and value of both derivatives."""
        return list(zip(self.slope_formulas(x, y), self.slopes(x, y), strict=True))
