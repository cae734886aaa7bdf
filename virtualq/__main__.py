"""`python -m virtualq`: the same as the program `virtualq`; goes straight to cli."""

from virtualq.cli import main

if __name__ == "__main__":
    main()
