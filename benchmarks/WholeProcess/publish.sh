#!/bin/sh
# Publishes both programs for linux-x64 into artifacts/whole-process: ours compiled ahead of time, ours for the run-time compiler, and theirs with its run-time.
set -e
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../../artifacts/whole-process
publish() {
    name=$1 project=$2
    shift 2
    rm -rf "${out:?}/$name"
    # Intermediate files by variant: what was published the other way is neither taken over nor thrown away.
    log=$(dotnet publish "$here/$project" -c Release -r linux-x64 -o "$out/$name" --artifacts-path "$out/build/$name" -nologo -v quiet "$@" 2>&1) || { echo "$log" >&2; exit 1; }
}
# What the run-time compiler would do at every start is done here as far as possible, and nothing is measured for later: the programs are short. On both sides alike.
short="-p:PublishReadyToRun=true -p:TieredPGO=false"
publish ours-native Ours/Ours.csproj
publish ours-jit Ours/Ours.csproj -p:PublishAot=false --self-contained false $short
publish theirs Theirs/Theirs.csproj --self-contained true $short
