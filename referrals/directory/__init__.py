"""The directory of outside help ("sociale kaart"): who helps with what, where, and how to get there (R18)."""
