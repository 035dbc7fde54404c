"""The gate that every file passes before any work: what kind it is, how large, how much of what.

Here stands how much of anything is taken. What is beyond is refused by a look at sizes and counts,
before memory or time goes into it.
"""

import stat
from collections.abc import Callable
from pathlib import Path

from xlbackprop.errors import XlbackpropError

# Files.
FILE_BYTES = 200_000_000  # of data, of a workbook
RECIPE_BYTES = 5_000_000  # of a recipe file: it is read for some seconds; data have their own
THEME_BYTES = 1_000_000
LOGO_BYTES = 2 * 1024**2

# A recipe, and whatever else is TOML.
NESTING = 32  # lists and tables within each other
KEY_PARTS = 32  # of a key with points, as a.b.c
LAYERS = 200
PARAMETERS = 1_000_000  # weights and biases, far beyond what a sheet shows

# Data.
ROWS, COLUMNS = 1_048_576, 16_384  # of a worksheet
DATA_CELLS = 5_000_000
DATA_BYTES = 1_000_000_000  # of all that a file unpacks to

# A workbook, by the directory of its zip and the XML of its parts.
PACKAGE_BYTES = 1_500_000_000  # of all parts, unpacked
PACKED = 200  # times as large as it is packed a part may be; sheets of numbers are 15 times
PACKED_FROM = 10_000_000  # bytes, for smaller ones it doesn't matter
TEXTS = 2_000_000  # that cells share
AREA = 100_000_000  # rows times columns of a sheet, up to the last cell in use
ARRAY_CELLS = 100_000  # of one array formula, of one name
FORMULA_BYTES = 32_768  # of XML; Excel allows 8192 characters, up to four bytes each
READ_CELLS = 2_000_000  # that all formulas of a sheet read in ranges; and for each of its cells:
READ_EACH = 100
LOOKED_UP = 1000  # cells of a range in which one is looked up count as one of them

# What is written.
TRAINING_CELLS = 60_000_000  # more would not fit in the memory of a usual computer
CHECKED_CELLS = FILE_BYTES // 20  # a cell takes about so many bytes in a file

Tell = Callable[[str], XlbackpropError]


def read_file(path: Path, most: int, tell: Tell) -> bytes:
    """All bytes of a file, if it may be read whole.

    Args:
        path: the file.
        most: bytes that it may have.
        tell: makes the error of a reason, which stands in brackets there.

    Raises:
        XlbackpropError: what ``tell`` makes: there is no such file, it is a folder, device or pipe,
            may not be read, or is too large.
    """
    check_file(path, most, tell)
    with path.open("rb") as file:
        return file.read(most + 1)  # not more, should it have grown


def check_file(path: Path, most: int, tell: Tell) -> None:
    """See that a file may be read whole; see ``read_file``."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise tell("it is a folder, device or pipe")
        path.open("rb").close()  # tells whether it may be read
    except OSError as error:
        raise tell(error.strerror or str(error)) from error
    except ValueError as error:  # a name that no file can have
        raise tell(str(error)) from error
    if status.st_size > most:
        raise tell(f"it has {status.st_size:,} bytes, the largest that is read is {most:,}")
