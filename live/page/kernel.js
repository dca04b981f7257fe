// The page's side of Python: fetches it, starts the worker when it is first needed, runs one cell after another, and
// stops by ending the worker, which is the only interrupt that always works.
import { Store } from "./fetching.js";

// (module (tag (type 0)) (func (block (result exnref) (try_table (catch_all_ref 0)) unreachable) drop))
const EXNREF = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 15, 1, 13, 0, 2, 105, 31, 64, 1, 3, 0,
  11, 0, 11, 26, 11];
export const able = () => typeof DecompressionStream === "function" && WebAssembly.validate(new Uint8Array(EXNREF));

const bytes = async (response) => new Uint8Array(await response.arrayBuffer());

export class Stopped extends Error {}
export class Ended extends Error {}

export class Kernel {
  /** `config` is the manifest with `base`, the address of its folder; `wanted` are the packs that Python starts with.
   *  States: off, starting, idle, busy. */
  constructor(config, wanted) {
    Object.assign(this, { config, wanted, store: new Store(config), waiting: [], spare: {} });
    this.onprogress = () => {};
    this.state = "off";
  }

  /** Fetch the binary, the packs and the worker's code; `onprogress(bytes)` is told what has arrived. */
  async fetch() {
    const { config, store } = this, aborter = this.aborter = new AbortController();
    let arrived = 0;
    const options = { signal: aborter.signal, count: (bytes) => this.onprogress(arrived += bytes) };
    const code = store.get("worker.js", (response) => response.text(), options.signal);
    const module = store.unzipped(config.wasm,
      { ...options, type: "application/wasm", use: (response) => WebAssembly.compileStreaming(response) });
    const packs = this.wanted.map((name) => store.unzipped(config.packs[name],
      { ...options, use: bytes }));
    const others = Object.keys(config.packs).filter((name) => !this.wanted.includes(name));
    const spare = others.map(async (name) => {
      const kept = await store.kept(config.packs[name].file);
      if (kept) this.spare[name] = new Uint8Array(await kept.arrayBuffer());
    });
    try {
      const [text, compiled, unpacked] = await Promise.all([code, module, Promise.all(packs), Promise.all(spare)]);
      const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
      return { module: compiled, packs: unpacked, code: address };
    } catch (error) {
      const cancelled = aborter.signal.aborted;    // else the other files need not come either
      aborter.abort();
      throw cancelled ? new Stopped("stopped") : error;
    }
  }

  start() {
    if (!this.ready) {
      const ready = this.ready = this.begin();
      ready.catch(() => this.ready === ready && this.drop());
    }
    return this.ready;
  }

  async begin() {
    this.state = "starting";
    const { base, packs: files } = this.config;
    const made = this.made ??= await this.fetch();
    const worker = this.worker = new Worker(made.code);    // from a Blob: it has the page's security policy
    await new Promise((done, failed) => {
      this.running = { done, failed };
      worker.onmessage = ({ data }) => this.hear(data);
      worker.onerror = (error) => this.hear({ kind: "dead", text: error.message });
      worker.postMessage({ kind: "start", ...made, code: undefined, spare: this.spare, base, files });
    }).catch((error) => {
      if (error instanceof Ended && !made.good) this.forget();
      throw error;
    });
    made.good = true;
    this.state = "idle";
    this.next();
  }

  /** What was fetched does not start: it is fetched again next time. */
  forget() {
    this.made = null;
    this.store.clear();
  }

  hear(message) {
    const job = this.running;
    if (message.kind === "event") return this.event(message.event, job);
    this.running = null;
    if (message.kind === "dead") {
      const failed = [job, ...this.waiting.splice(0)];
      this.drop();
      return failed.forEach((one) => one?.failed(new Ended(message.text)));
    }
    job.done(message);
    if (message.kind === "done") {
      this.state = "idle";
      this.next();
    }
  }

  event(event, job) {
    if (event.kind === "fetched" && event.data) {
      this.spare[event.pack] = event.data;
      this.store.keep(this.config.packs[event.pack].file, new Response(event.data));
    }
    job?.onevent?.(event);
  }

  /** Run a cell; its name stands in tracebacks. `onevent` hears {kind: stdout|stderr|svg|error|fetching, ...}. */
  async run(source, name, onevent) {
    for (const pack of this.lacks(source)) await this.add(pack, onevent);
    return this.ask({ kind: "run", source, name }, onevent);
  }

  /** The packs that a cell asks for by a word of its code and that are not here yet. */
  lacks(source) {
    const { asks } = this.config;
    return Object.keys(asks).filter((pack) => source.includes(asks[pack]) && !this.wanted.includes(pack));
  }

  /** A pack more, into the interpreter that is there and into those after it. */
  async add(name, onevent) {
    await this.start();
    onevent?.({ kind: "fetching", pack: name });
    const { signal } = this.aborter = new AbortController();
    try {
      this.made.packs.push(await this.store.unzipped(this.config.packs[name], { signal, use: bytes }));
    } catch (error) {
      throw signal.aborted ? new Stopped("stopped") : error;
    }
    this.wanted = [...this.wanted, name];
    await this.ask({ kind: "add", pack: this.made.packs.at(-1) });
    onevent?.({ kind: "fetched", pack: name });
  }

  /** Places of cells: "plan" for the one at a place, or the "old" ones (nnplan.py). */
  async plan(...asked) {
    let cells = [];
    await this.ask({ kind: "plan", asked }, (event) => { cells = event.cells ?? cells; });
    return cells;
  }

  async ask(message, onevent) {
    const answer = new Promise((done, failed) => this.waiting.push({ message, onevent, done, failed }));
    this.start().then(() => this.next(), (error) => this.waiting.splice(0).forEach((job) => job.failed(error)));
    return answer;
  }

  next() {
    if (this.running || this.state !== "idle" || !this.waiting.length) return;
    this.running = this.waiting.shift();
    this.state = "busy";
    this.worker.postMessage(this.running.message);
  }

  drop() {
    this.worker?.terminate();
    this.worker = this.ready = this.running = null;
    this.state = "off";
  }

  /** End what runs and what waits. What the cells had defined is gone; a new interpreter is there at once. */
  stop() {
    const jobs = [this.running, ...this.waiting.splice(0)].filter(Boolean);
    this.aborter?.abort();
    this.drop();
    for (const job of jobs) job.failed(new Stopped("stopped"));
    if (this.made) this.start();
  }
}
