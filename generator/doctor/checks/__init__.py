"""One file for each check, which defines ``CHECK``: a new check is a new file here."""
