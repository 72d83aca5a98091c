# What `exec` runs: hands over its variables, and waits until report.sh ends it.
set -eu
work=$1
{
  echo "YESPO_API_URL=$YESPO_API_URL"
  echo "YESPO_API_KEY=$YESPO_API_KEY"
  echo "YESPO_MOCK_URL=$YESPO_MOCK_URL"
} > "$work/env.part"
mv "$work/env.part" "$work/env"
until [ -e "$work/stop" ]; do sleep 0.2; done
