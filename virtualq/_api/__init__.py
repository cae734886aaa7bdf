"""What is asked and what is answered, as data: no I/O. Below session, beside _http."""
