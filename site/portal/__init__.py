"""The project package: settings, addresses, start-up. The top layer: nothing of ours imports it."""
