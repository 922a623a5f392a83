"""The admin's screens of decisions on their way from files: handed in, read, reviewed item by item, made a draft."""
