"""What keeps a portal running: timed work, backups, health. Commands and pages only show what stands here."""
