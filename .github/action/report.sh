# Ends the emulator that start.sh has started, and puts what came in into the job's summary.
set -euo pipefail
work="${RUNNER_TEMP:-/tmp}/yespo-mock"
if [ ! -e "$work/env" ]; then
  echo "yespo-mock was not started in this job: use the action with command start first." >&2
  exit 1
fi
touch "$work/stop"
for _ in $(seq 300); do
  if [ -e "$work/code" ]; then break; fi
  sleep 0.1
done
cat "$REPORT/summary.txt"
{
  echo "### yespo-mock"
  echo
  echo '```text'
  # Lines for the runner itself are no text for people.
  grep -v '^::' "$REPORT/summary.txt" || true
  echo '```'
} >> "$GITHUB_STEP_SUMMARY"
exit "$(cat "$work/code" 2> /dev/null || echo 1)"
