"""The documents that are kept, each declared once as a marshmallow schema.

From a declaration come the check of a state that was imported or edited by hand (`checking`), the
components of the OpenAPI document, the typed records of test code (`typed`), the event of a
contract scenario and the page of settings. What is sent to the emulator is declared where it is
received.

A schema tells how the control API shows a document: a field is there unless it says that it may be
missing. A document that is kept may lack fields, for people write some by hand; those that it needs
are named by its table, in `tables`. Fields that no schema names may be there too.
"""
