"""Generators of files: the base map, the schemas, the outputs of notebooks."""
