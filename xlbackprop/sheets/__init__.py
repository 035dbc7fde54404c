"""One module, or one folder, per sheet of a network's workbook, and what they share."""
