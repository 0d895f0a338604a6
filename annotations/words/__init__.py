"""Word pools: reading what people wrote, importing and exporting, and the ready-made one."""
