"""Passes of a network beside the Training sheet: parameters, columns and headings, on any sheet."""
