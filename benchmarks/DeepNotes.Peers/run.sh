#!/bin/sh
# Builds the comparison with TorchSharp and runs it:
#   run.sh [--filter TEXT,…] [--threads 1,2] [--isa avx2|avx512] [--json FILE]      (--help tells more)
set -e
here=$(cd "$(dirname "$0")" && pwd)
log=$(dotnet build "$here/DeepNotes.Peers.csproj" -c Release -nologo -v quiet 2>&1) || { echo "$log" >&2; exit 1; }
exec "$here/../../artifacts/bin/DeepNotes.Peers/DeepNotes.Peers" "$@"
