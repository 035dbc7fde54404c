"""Workbooks beside Python: what a file shows, what it ought to show, and what is said of both."""
