"""Spreadsheet files: knows rows, columns and XML, and nothing of networks."""
