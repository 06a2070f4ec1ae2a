"""What check_fixtures.py is made of."""
