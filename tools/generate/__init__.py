"""Files that are made by a script: the base map, schemas, outputs of notebooks."""
