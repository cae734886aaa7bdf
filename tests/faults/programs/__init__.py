"""Programs that tests of bad days run as processes of their own; each prints one JSON document for the test to judge."""
