"""Tests of what stands in README.md and docs: every block is run, or read as what it is."""
