"""The documents that are kept, each declared once as a marshmallow schema.

A schema tells how the control API shows a document: a field is there unless it says that it may be
missing. A kept document needs what its table names in `tables`, and may have more fields.
"""
