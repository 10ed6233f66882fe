"""Lists of the desk that somebody gave a name, and who is told when something new fits one."""
