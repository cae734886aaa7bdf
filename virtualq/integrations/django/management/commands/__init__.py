"""Where Django looks for the command `manage.py virtualq`."""
