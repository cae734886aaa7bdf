"""What a process that lives for one call pays: modules, calls and memory, no milliseconds."""
