"""A long run of everything at random, started by hand: `make soak`."""
