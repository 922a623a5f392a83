"""From an announcement decision as a file (quyết định công bố) to a batch an editor reviews and applies."""
