"""``python -m xlbackprop``."""

from xlbackprop.cli import main

main()
