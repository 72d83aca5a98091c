# Starts `yespo-mock exec` around a step that waits for report.sh: so the end of the job has its
# summary, its JUnit report and its exported state. Sets the outputs and the environment.
set -euo pipefail
folder=$(dirname "$0")
mkdir -p "$REPORT"
report=$(cd "$REPORT" && pwd)
work="${RUNNER_TEMP:-/tmp}/yespo-mock"
rm -rf "$work" && mkdir -p "$work"

if [ -z "$VERSION" ] && command -v yespo-mock > /dev/null; then
  command=yespo-mock
else
  case "$VERSION" in
    "" | [=\<\>~!]*) wanted="yespo-mock$VERSION" ;;
    *) wanted="$VERSION" ;;
  esac
  "$PYTHON" -m venv "$work/venv"
  if [ -d "$work/venv/Scripts" ]; then bin="$work/venv/Scripts"; else bin="$work/venv/bin"; fi
  "$bin/python" -m pip install --quiet "$wanted"
  command="$bin/yespo-mock"
fi

fail_on=()
if [ -n "$FAIL_ON" ]; then fail_on=(--fail-on "$FAIL_ON"); fi
# shellcheck disable=SC2086  # the options are several words
(
  code=0
  "$command" exec --port "$PORT" "${fail_on[@]}" --junit "$report/junit.xml" \
    --export "$report/state.json" $OPTIONS -- bash "$folder/hold.sh" "$work" \
    > "$report/summary.txt" 2>&1 || code=$?
  echo "$code" > "$work/code.part" && mv "$work/code.part" "$work/code"
) > /dev/null 2>&1 &

for _ in $(seq 300); do
  if [ -e "$work/env" ]; then break; fi
  if [ -e "$work/code" ]; then
    cat "$report/summary.txt" >&2
    exit 1
  fi
  sleep 0.1
done
if [ ! -e "$work/env" ]; then
  echo "yespo-mock did not start within 30 seconds." >&2
  exit 1
fi

cat "$work/env" >> "$GITHUB_ENV"
. "$work/env"
{
  echo "api-url=$YESPO_API_URL"
  echo "url=$YESPO_MOCK_URL"
  echo "state=$report/state.json"
  echo "junit=$report/junit.xml"
} >> "$GITHUB_OUTPUT"
echo "yespo-mock: YESPO_API_URL is $YESPO_API_URL"
