"""The settings and addresses of the site; callback is what it does."""
