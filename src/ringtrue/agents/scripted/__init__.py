"""The script agent of the project file."""
