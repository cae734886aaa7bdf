"""Tests of the generator: black boxes, a spec in and files or one line of refusal out."""
