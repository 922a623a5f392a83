"""How Django writes and reads dates and numbers here (FORMAT_MODULE_PATH): its own Vietnamese formats read 05/02/2026
as 2 May and print 05-02-2026."""
