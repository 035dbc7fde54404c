"""How the pictures of a pass look."""

from xlbackprop.sheets.passes.arrangement import Picture

ROLE = {
    "r": "input",
    "x": "data",
    "t": "data",
    "y": "data",
    "w": "parameter",
    "b": "parameter",
    "z": "forward",
    "e": "forward",
    "a": "forward",
    "A": "forward",
    "m": "cost",
    "C": "cost",
    "c": "delta",
    "d": "delta",
    "G": "gradient",
    "B": "gradient",
}


def style(picture: Picture) -> str:
    """The style of a picture's cells."""
    if picture.kind in "xt":
        return f"plain-{ROLE[picture.kind]}"
    if picture.labels[0][0].startswith("epsilon"):
        return f"difference-{ROLE[picture.kind]}"
    fine = "fine-" if picture.kind in "cdGB" else ""
    return f"{fine}figure-{ROLE[picture.kind]}"
