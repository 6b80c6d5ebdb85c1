"""What `install.py` and the tests share; standard library only."""
