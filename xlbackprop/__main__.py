"""``python -m xlbackprop``."""

from xlbackprop.cli.commands import main

main()
