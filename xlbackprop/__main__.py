"""``python -m xlbackprop``."""

from xlbackprop.cli.entry import main

main()
