#!/usr/bin/env bash
# The packages for release: each with images compiled ahead of time for the systems listed here (see docs/design/start-up.md), which 'dotnet pack' leaves out.
# A system whose runtime pack cannot be restored is left out with a message; there the portable assembly is used.
# Usage: build/pack.sh [OUTPUT] [--systems "linux-x64 win-x64"] [-p:Version=…]    OUTPUT: default artifacts/packages
set -euo pipefail
cd "$(dirname "$0")/.."
output=artifacts/packages
systems="linux-x64 linux-arm64 win-x64 win-arm64 osx-arm64"
if [[ $# -gt 0 && $1 != -* ]]; then output=$1; shift; fi
if [[ $# -gt 1 && $1 == --systems ]]; then systems=$2; shift 2; fi
images=$(mktemp -d)
trap 'rm -rf "$images"' EXIT

for system in $systems; do
    # Folders of its own: restoring for one system must not disturb the portable build beside it.
    if dotnet publish src/Rondo -c Release -r "$system" --no-self-contained -p:PublishReadyToRun=true -p:ArtifactsPath="$images/build-$system" -o "$images/publish-$system" "$@" -nologo -v q > "$images/$system.log" 2>&1; then
        mkdir -p "$images/out/$system"
        mv "$images/publish-$system"/Rondo.dll "$images/publish-$system"/Rondo.*.dll "$images/out/$system/"
    elif grep -qE 'NU1101|NU1102|NU1103' "$images/$system.log"; then
        echo "No image for $system: its runtime pack cannot be restored. The packages run there without one."
    else
        cat "$images/$system.log"
        exit 1
    fi
done

for project in src/Rondo.Loops src/Rondo.Core src/Rondo.Engine src/Rondo src/Rondo.Logging src/Rondo.FsCheck templates; do
    dotnet pack "$project" -c Release -o "$output" -p:AheadOfTimeImages="$images/out" "$@" -nologo -v q
done
