"""What lessons of several chapters share: functions that a reader names, maps of heights."""
