// The files of Python: from Cache Storage where they are, else from the site, and then kept there. The cache has the
// build's name, so that another build of the site fetches its own; those of earlier builds are deleted.

const PREFIX = "nnlib-live-";

export class Store {
  constructor({ base, build }) {
    Object.assign(this, { base, name: PREFIX + build });
    this.cache = this.open().catch(() => null);    // storage blocked, or a page without https: nothing is kept
  }

  async open() {
    for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== this.name) caches.delete(name);
    return caches.open(this.name);
  }

  /** Forget all: what came was not what it should be. */
  clear() {
    this.cache = (async () => { await caches.delete(this.name); return this.open(); })().catch(() => null);
  }

  /** A file that is in the cache, or undefined. */
  async kept(file) {
    return (await this.cache)?.match(this.base + file);
  }

  /** A file into the cache; where that is full, it is fetched again next time. */
  async keep(file, response) {
    await (await this.cache)?.put(this.base + file, response).catch(() => {});
  }

  /** What `use` makes of a file's response, which is kept when that has succeeded; `signal` ends it. */
  async get(file, use, signal) {
    const kept = await this.kept(file), response = kept ?? await fetch(this.base + file, { signal });
    if (!response.ok) throw new Error(`${file} is not there (${response.status})`);
    const copy = kept ? null : response.clone();
    try {
      const made = await use(response);
      if (copy) this.keep(file, copy);
      return made;
    } catch (error) {    // cut off, or damaged
      if (kept) (await this.cache).delete(this.base + file);
      throw error;
    }
  }

  /** The same for a file that is stored with gzip; `count` is told of the bytes that arrive. */
  unzipped({ file, bytes, plain }, { use, type = "application/octet-stream", signal, count = () => {} }) {
    return this.get(file, async (response) => {
      const reader = response.body.getReader(), first = await reader.read();
      let length = 0;
      const stream = new ReadableStream({
        async pull(controller) {
          const { done, value } = length ? await reader.read() : first;
          if (done) return controller.close();
          length += value.length;
          count(value.length);
          controller.enqueue(value);
        },
      });
      const zipped = first.value?.[0] === 0x1f && first.value[1] === 0x8b;    // some hosts have unzipped it on the way
      const content = zipped ? stream.pipeThrough(new DecompressionStream("gzip")) : stream;    // gzip has a checksum
      const made = await use(new Response(content, { headers: { "Content-Type": type } }));
      const right = zipped ? bytes : plain;
      if (length !== right) throw new Error(`${file} has ${length} bytes, not ${right}`);
      return made;
    }, signal);
  }
}
