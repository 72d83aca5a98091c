"""The template language of the vendor's messages, Velocity 1.7, as far as its guides show it.

It knows nothing of events. A template reaches maps, lists, texts, numbers and the tools it is handed,
by methods that are listed in `methods` and no others: nothing of Python can be reached. Steps, output,
nesting and the size of every value are bounded, so that the most hostile template ends in a
`TemplateError` after some tenths of a second, and other threads go on meanwhile.
"""

from mock_server.velocity.parsing import parse
from mock_server.velocity.running import Missing, Run
from mock_server.velocity.values import ExplainedText, TemplateError

__all__ = ["ExplainedText", "Missing", "Run", "TemplateError", "parse"]
