"""One module per sheet of a network's workbook, and what they share."""
