import sys
from pathlib import Path

import requests

answer = requests.post(
    "https://esputnik.com/api/v1/event",
    data=Path(sys.argv[1]).read_bytes(),
    headers={"Content-Type": "application/json"},
    auth=("shop", "key"),
    timeout=20,
)
sys.exit(answer.status_code != 200)
