"""The public addresses. A view finds what the address names, asks the selectors for the day, and hands on to a page."""
