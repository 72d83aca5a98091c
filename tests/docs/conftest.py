from __future__ import annotations

import sys
from pathlib import Path

# The import mode of the tests leaves a folder's own helpers out of the path.
sys.path.append(str(Path(__file__).parent))
