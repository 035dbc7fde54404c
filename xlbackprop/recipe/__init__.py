"""Recipes: what decides a workbook, read, checked and written."""
