"""Lists in .xlsx and .csv that the admin takes in: read, shown line by line, confirmed."""
