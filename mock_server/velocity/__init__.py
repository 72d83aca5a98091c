"""The template language of the vendor's messages, Velocity 1.7, as far as its guides show it.

It knows nothing of events. A template reaches maps, lists, texts, numbers and the tools it is
handed, by the methods listed in `methods` only: nothing of Python can be reached. Steps,
output, nesting and the size of every value are bounded, so that the most hostile template ends in
a `TemplateError` soon; each step is short, and after every few it lets other threads go on.

Why not a library: airspeed 0.7.1 reads `[$a.b([$a.b(…` in exponential time, answers `$x.__class__`
and `$x.format(…)` by `getattr`, runs regular expressions of the template, prints `#break`, and
offers no way to extend or bound its core.
"""

from mock_server.velocity.parsing import parse
from mock_server.velocity.running import STEPS, Allowance, Budget, Missing, Run
from mock_server.velocity.values import ExplainedText, TemplateError
