"""How fast the site is: made-up cases in any number, and a driver that measures the pages over HTTP.

`make bench` runs it all; README.md here says what is measured and what came out.
"""
