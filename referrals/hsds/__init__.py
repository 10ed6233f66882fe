"""The directory in the Human Services Data Specification (HSDS 3, Open Referral): in and out, without loss.

Both forms of it, nested JSON and a file of CSV per table, are read into the same flat tables (tables.py), which are
compared with the directory (importing.py) or made of it (exporting.py).
"""
