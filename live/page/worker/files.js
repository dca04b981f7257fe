// The files that Python sees: a tree in memory. A pack's files are views into it, copied when they are written to.
"use strict";

const utf8 = new TextDecoder(), encoder = new TextEncoder();
let inodes = 1;

const folder = () => ({ kids: new Map(), inode: BigInt(inodes++), changed: 0n });
const file = (data) => ({ data, size: data.length, inode: BigInt(inodes++), changed: 0n });

class Files {
  constructor() { this.root = folder(); }

  parts(path) {
    const parts = [];
    for (const part of path.split("/")) {
      if (part === "..") parts.pop();
      else if (part && part !== ".") parts.push(part);
    }
    return parts;
  }

  /** The file or folder of a path, or undefined. */
  find(path, from = this.root) {
    return this.parts(path).reduce((node, part) => node?.kids?.get(part), from);
  }

  /** The folder in which a path lies, or undefined, and its name there. */
  place(path, from = this.root) {
    const parts = this.parts(path), name = parts.pop(), up = this.find(parts.join("/"), from);
    return [up?.kids && up, name];
  }

  /** A folder and those above it. */
  make(path) {
    return this.parts(path).reduce((node, part) => {
      if (!node.kids.has(part)) node.kids.set(part, folder());
      return node.kids.get(part);
    }, this.root);
  }

  write(path, data) {
    const parts = this.parts(path), name = parts.pop();
    this.make(parts.join("/")).kids.set(name, file(data));
  }

  /** A pack: the length of its index in four bytes, the index (path and size, in JSON), the files (live/packs.py). */
  unpack(pack) {
    let at = 4 + new DataView(pack.buffer, pack.byteOffset).getUint32(0, true);
    for (const [path, size] of Object.entries(JSON.parse(utf8.decode(pack.subarray(4, at))))) {
      this.write(path, pack.subarray(at, at += size));
    }
  }
}

/** Bytes of a file from a place on, into as many buffers as there are. */
function take(node, from, buffers) {
  let at = from;
  for (const buffer of buffers) {
    const part = node.data.subarray(at, Math.max(at, Math.min(at + buffer.length, node.size)));
    buffer.set(part);
    at += part.length;
    if (part.length < buffer.length) break;
  }
  return at - from;
}

/** Bytes into a file at a place, which may lie behind its end. */
function put(node, from, buffers) {
  let at = from;
  for (const buffer of buffers) {
    const end = at + buffer.length;
    if (end > node.data.length || !node.own) {
      const room = new Uint8Array(Math.max(end, 2 * node.size));
      room.set(node.data.subarray(0, node.size));
      Object.assign(node, { data: room, own: true });
    }
    node.data.set(buffer, at);
    node.size = Math.max(node.size, end);
    at = end;
  }
  node.changed = BigInt(Date.now()) * 1000000n;
  return at - from;
}

function cut(node, size) {
  const data = new Uint8Array(size);
  data.set(node.data.subarray(0, Math.min(size, node.size)));
  Object.assign(node, { data, size, own: true });
}
