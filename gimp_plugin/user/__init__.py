"""What the plug-in remembers for the user."""
