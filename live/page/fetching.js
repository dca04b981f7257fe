// The files of Python: from Cache Storage where they are, else from the site, and then kept there. The cache has the
// build's name, so that another build of the site fetches its own; those of earlier builds are deleted.

const PREFIX = "nnlib-live-";

export class Store {
  constructor({ base, build }) {
    Object.assign(this, { base, name: PREFIX + build, keeping: {} });
    this.cache = this.open().catch(() => null);    // storage blocked, or a page without https: nothing is kept
  }

  async open() {
    for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== this.name) caches.delete(name);
    return caches.open(this.name);
  }

  async kept(file) {
    return (await this.cache)?.match(this.base + file);
  }

  keep(file, response) {    // where it is full, nothing is kept
    this.keeping[file] = this.cache.then((cache) => cache?.put(this.base + file, response)).catch(() => {});
  }

  async forget(file) {
    await this.keeping[file];
    await (await this.cache)?.delete(this.base + file);
  }

  /** A file's response; `signal` ends it. */
  async get(file, signal) {
    const kept = await this.kept(file);
    if (kept) return kept;
    const response = await fetch(this.base + file, { signal });
    if (!response.ok) throw new Error(`${file} is not there (${response.status})`);
    this.keep(file, response.clone());
    return response;
  }

  /** A file that is stored with gzip, as what `use` makes of its response; `count` is told of the bytes that arrive. */
  async unzipped({ file, bytes }, { use, type, signal, count = () => {} }) {
    try {
      const response = await this.get(file, signal), reader = response.body.getReader();
      const first = await reader.read();
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
      const zipped = first.value[0] === 0x1f && first.value[1] === 0x8b;    // some hosts have unzipped it on the way
      const plain = zipped ? stream.pipeThrough(new DecompressionStream("gzip")) : stream;
      const made = await use(new Response(plain, { headers: { "Content-Type": type ?? "application/octet-stream" } }));
      if (zipped && length !== bytes) throw new Error(`${file} has ${length} bytes, not ${bytes}`);
      return made;
    } catch (error) {
      await this.forget(file);    // cut off, or damaged
      throw error;
    }
  }
}
