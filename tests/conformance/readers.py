"""Read written shards with Python's tarfile and with webdataset; print what they see as JSON.  python readers.py SHARD..."""
import hashlib, json, sys, tarfile
import webdataset

out = {}
for path in sys.argv[1:]:
    with tarfile.open(path) as tar:
        members = [[m.name, m.size, hashlib.sha256(tar.extractfile(m).read()).hexdigest()] for m in tar]
    samples = [[s["__key__"], sorted(k for k in s if not k.startswith("__")), hashlib.sha256(s["txt"]).hexdigest()]
               for s in webdataset.WebDataset(path, shardshuffle=False)]
    out[path] = {"members": members, "samples": samples}
json.dump(out, sys.stdout)
