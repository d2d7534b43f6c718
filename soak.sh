#!/usr/bin/env bash
# The long proof, not part of CI. Usage: ./soak.sh [rounds] [kill-rounds] [chaos-rounds]   (defaults 20, 50 and 300; three quarters of an hour or more)
#   1. samples/Shop.Tests gives the same outcome per test id, round after round, with -n 0, -n 2 and -n 4, and the account adds up each time.
#   2. A suite of 500 tests whose workers are killed at random: every run ends, each test has one outcome, only tests that were running are
#      reported as crashed, and no process remains.
#   3. A suite whose tests fail, hang, crash and leak, while workers and the controller are killed, stopped and interrupted, as a seed decides; one checker over log and reports after each run.
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-20}
kills=${2:-50}
chaos=${3:-300}
out=artifacts/soak
rm -rf "$out" && mkdir -p "$out"

echo "== build"
dotnet build samples/Shop.Tests -v q -nologo
dotnet build tests/Soak -v q -nologo
shop=artifacts/bin/Shop.Tests/debug/Shop.Tests

echo "== $rounds rounds of the shop with -n 0, -n 2, -n 4"
for n in 0 2 4; do
  for round in $(seq "$rounds"); do
    file="$out/shop-n$n-$round"
    if ! timeout 300 "$shop" -n "$n" --progress off --junitxml "$file.xml" --history "$out/history" >"$file.txt" 2>&1; then
      echo "FAILED: -n $n, round $round; see $file.txt"; tail -n 40 "$file.txt"; exit 1
    fi
  done
done
artifacts/bin/Soak/debug/Soak compare "$out"

echo "== $kills runs of 500 tests with workers killed at random"
artifacts/bin/Soak/debug/Soak kill "$kills"
echo "== $chaos runs of tests that misbehave, under faults of all kinds"
artifacts/bin/Soak/debug/Soak chaos "$chaos"
echo "soak passed: $rounds rounds x 3, $kills runs under fire, $chaos runs of chaos"
