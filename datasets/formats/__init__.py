"""Files other programs read: label text, TextGrid, tables, archives. No Django here: values in, bytes out."""
