"""What Python's tarfile reads from each archive named on the command line: one JSON object {path: {members, error}} on stdout."""
import hashlib, json, sys, tarfile

KINDS = {b"1": "hardlink", b"2": "symlink", b"5": "directory", b"3": "other", b"4": "other", b"6": "other"}


def read(path):
    members, error = [], None
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                known = member.isreg() or member.type in KINDS
                sha = None
                if member.isreg():
                    digest, stream = hashlib.sha256(), archive.extractfile(member)
                    # Pieces: testtar.tar holds a sparse file of 2**63 bytes of holes; ours ends before it.
                    left = member.size if member.size < 2**31 else 0
                    while left > 0 and (piece := stream.read(min(left, 2**20))):
                        digest.update(piece)
                        left -= len(piece)
                    sha = digest.hexdigest()
                members.append({
                    "name": member.name.encode("utf-8", "surrogateescape").hex(),
                    "linkName": member.linkname.encode("utf-8", "surrogateescape").hex() if member.issym() or member.islnk() else None,
                    "type": "file" if member.isreg() else KINDS.get(member.type, "other"),
                    # Python shows the header's size field for links and directories too; no bytes of content follow those.
                    "size": 0 if known and not member.isreg() else member.size,
                    "sha256": sha,
                    "headerOffset": member.offset,
                    "dataOffset": member.offset_data,
                })
    except Exception as exception:
        error = f"{type(exception).__name__}: {exception}"
    return {"members": members, "error": error}


json.dump({path: read(path) for path in sys.argv[1:]}, sys.stdout)
