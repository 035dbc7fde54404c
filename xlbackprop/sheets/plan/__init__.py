"""What all sheets know of each other: where things stand, which numbers, what is asked."""
