"""What virtualq costs, against what one would write instead; `python -m benchmarks` prints a table.

    documents -> peer (a process of its own that answers)
    place     -> where the contestants run: a fresh environment, a generated client
    cold, warm, bulk -> what is measured, by way of measure; table prints it

The method and the figures are in README.md beside this file. Not installed with the library.
"""
