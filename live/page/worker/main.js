// The worker: one interpreter, and what it is asked to run.
// In: start (module, packs, spare), run (source, name), plan (asked), add (pack). Out: ready, event, done,
// dead.
"use strict";

const OFTEN = 2000, PAUSE = 100, LONGEST = 2e5;    // writes sent at once, then ms between them; characters of a run
const BOOT = `import os, sys; sys.path.insert(0, "/lib"); os.environ["MPLBACKEND"] = "module://nnbackend"; \
os.chdir("/book/chapters"); import nnkernel; del os, sys, nnkernel`;

const Request = self.XMLHttpRequest;
for (const name of ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "WebTransport", "importScripts"]) {
  Object.defineProperty(self, name, { value: undefined });    // Python reaches none of them, and now nothing does
}

let interpreter, spare = {}, base, files;
const event = (what) => postMessage({ kind: "event", event: what });

/** What is printed, as it is printed; a flood in portions, and no more of it than a page can hold. */
const printed = {
  start() { Object.assign(this, { writes: 0, length: 0, waiting: [], sent: 0, decoders: {} }); },
  write(fd, data) {
    const kind = fd === 1 ? "stdout" : "stderr", decoder = this.decoders[fd] ??= new TextDecoder();
    let text = decoder.decode(data, { stream: true });
    if (!text || this.length > LONGEST) return;
    if (text.includes("\n") || !text.includes("\r")) this.length += text.length;    // else it overwrites a line
    if (this.length > LONGEST) text += "\n… and more than a page can hold.\n";
    const last = this.waiting.at(-1);
    if (last?.kind === kind) last.text += text;
    else this.waiting.push({ kind, text });
    if (++this.writes < OFTEN || performance.now() - this.sent > PAUSE || this.length > LONGEST) this.send();
  },
  send() {
    this.waiting.splice(0).forEach(event);
    this.sent = performance.now();
  },
};

/** A pack that nobody asked for until now, while Python waits: as it is stored, compressed. */
function fetchPack(name) {
  if (!spare[name] && files[name]) {
    event({ kind: "fetching", pack: name });
    const { file, bytes, plain } = files[name], request = new Request();
    request.open("GET", base + file, false);
    request.responseType = "arraybuffer";
    try {
      request.send();
      const { status, response } = request;
      if (status === 200 && [bytes, plain].includes(response.byteLength)) spare[name] = new Uint8Array(response);
    } catch { /* offline: Python says that it could not be had */ }
    event({ kind: "fetched", pack: name, data: spare[name] });
  }
  return spare[name];
}

function host(data) {
  const message = JSON.parse(utf8.decode(data));
  printed.send();
  if (message.kind === "need") return fetchPack(message.pack);
  event(message);
}

const jobs = {
  async start(message) {
    ({ spare, base, files } = message);
    printed.start();
    interpreter = new Interpreter({ host, write: (fd, data) => printed.write(fd, data) });
    for (const pack of message.packs) interpreter.files.unpack(pack);
    await interpreter.start(message.module);
    interpreter.turn(BOOT);
    return { kind: "ready" };
  },
  run({ source, name }) {
    printed.start();
    const start = performance.now();
    interpreter.turn(`__import__("nnkernel").run_cell(${JSON.stringify(source)}, ${JSON.stringify(name)})`);
    printed.send();
    return { kind: "done", ms: performance.now() - start, memory: interpreter.exports.memory.buffer.byteLength };
  },
  add({ pack }) {
    interpreter.files.unpack(pack);
    interpreter.turn(`__import__("importlib").invalidate_caches()`);
    return { kind: "done" };
  },
  plan({ asked }) {
    interpreter.turn(`__import__("nnplan").tell(*${JSON.stringify(asked)})`);
    return { kind: "done" };
  },
};

onmessage = async ({ data: message }) => {
  try {
    postMessage(await jobs[message.kind](message));
  } catch (error) {    // a trap: this interpreter is of no more use
    postMessage({ kind: "dead", text: String(error) });
  }
};
