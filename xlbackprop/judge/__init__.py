"""What each number ought to be, given the others of a sheet, and what rounding leaves open."""
