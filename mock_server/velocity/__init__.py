"""The vendor's template language, Velocity 1.7, in bounds, knowing nothing of events.

A template reaches values and tools by the methods in `methods` only; steps, output, nesting and
sizes are bounded. Why not a library: airspeed 0.7.1 is exponential for `[$a.b([$a.b(…`, answers
`$x.__class__` by `getattr`, runs regular expressions of the template and cannot be bounded.
"""

from mock_server.velocity.parsing import parse
from mock_server.velocity.running import STEPS, Allowance, Budget, Missing, Run
from mock_server.velocity.values import ExplainedText, TemplateError
