"""The state in memory: tables of documents, indices, and queries.

A table (`table.LiveTable`) is a dictionary from a number to a document's JSON, as bytes. The number
is the document's key where that is a number (`eventId`), and otherwise counted, with a second
dictionary from key to number (`externalOrderId`). Documents are decoded when somebody reads them,
and never changed in place: a change puts other bytes under the number. So single documents are read
without a lock, and what has been handed out stays as it was.

The bytes of events, orders and the history are compressed (`document_bytes`) as soon as there are a
few: an event of 1 KB is a record of 2.2 KB, an order of 0.5 KB and a line of history of 1.1 KB, and
100,000 of each are 370 MiB as they are, a tenth of that or less compressed.

Indices hold numbers, no documents: `postings` which documents hold a value, for values of which
there are many (an e-mail); `bitmap` the same for any combination of filters, newest first.

What a table has beyond that stands in a file of its own: `contacts`, `orders`, `events` (of which
the oldest go, beyond a bound), `small`. `search` is what lists are asked for and made of.

A change (`change`) is made in two steps. `prepare` checks a document's key, encodes it, and says
what the indices need to know of it (its terms); it may refuse, and has changed nothing. `store` and
`discard` change memory, and cannot fail. Between the two the change is written down.
"""
