"""A visitor asks for a callback and sees their place; staff see who waits. After website.urls."""
