#!/usr/bin/env bash
# The S3 servers of the conformance suites, none of them ours: Ceph's radosgw from Debian, versitygw as a Go module.
# Usage: installS3Servers.sh FOLDER; the Go program ends up in FOLDER. Does nothing where they are.
set -euo pipefail
into=$(mkdir -p "$1" && cd "$1" && pwd)

if ! command -v radosgw ceph-mon ceph-osd ceph > /dev/null || ! command -v radosgw-admin > /dev/null; then
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends radosgw ceph-mon ceph-osd ceph-common
fi
radosgw --version | grep -Eq 'ceph version 1[6-9]\.' || { echo "unknown $(radosgw --version): tests/conformance/s3Server.ts was written for Ceph 16 to 19" >&2; exit 1; }

go_program() { # package, version, digest-checked by go.sum of the module proxy
  local program="${1##*/}"
  if [ "$(cat "$into/$program.version" 2> /dev/null)" = "$2" ] && [ -x "$into/$program" ]; then return; fi
  command -v go > /dev/null || { apt-get update -q; DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends golang-go; }
  GOBIN="$into" GOFLAGS=-trimpath go install "$1@$2"
  echo "$2" > "$into/$program.version"
}
go_program github.com/versity/versitygw/cmd/versitygw v1.8.0
