#!/usr/bin/env bash
# Everything in one command: packs Rondo, writes and builds the projects of all frameworks, measures in rounds, prints the tables and puts them into
# docs/performance.md. What is measured already is kept in artifacts/bench, so an interrupted run goes on where it stopped (--fresh begins again).
# Usage: benchmarks/run.sh [--fresh] [--only start,yield1000,…] [--rounds N] [--report] | --structured
# --structured measures something else: what a task group, a cancel scope and a limiter cost, as calls in one process, in a minute. It only prints.
# Linux only. Close other programs: the shares of others are printed with the results.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build benchmarks -c Release -v q -nologo
exec artifacts/bin/Benchmarks/release/Benchmarks "$@"
