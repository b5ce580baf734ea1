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
publish ours-native Ours/Ours.csproj
# Both are short programs: what the run-time compiler can do before the start is done before it. Ours then compiles the rest once and for good; theirs may not:
# optimised from the start, TorchSharp's optimizers now and then hand libtorch a number that the garbage collector has taken. Its time is the same.
publish ours-jit Ours/Ours.csproj -p:PublishAot=false --self-contained false -p:PublishReadyToRun=true -p:TieredCompilation=false
publish theirs Theirs/Theirs.csproj --self-contained true -p:PublishReadyToRun=true
