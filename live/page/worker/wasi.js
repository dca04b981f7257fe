// The system under CPython: the calls of WASI preview 1 that it makes, over files in memory, and no others.
// No network, no processes, no standard input.
"use strict";

const OK = 0, BADF = 8, EXIST = 20, INVAL = 28, ISDIR = 31, NOENT = 44, NOTDIR = 54, NOTEMPTY = 55;
const NOTSUP = 58, SPIPE = 70;
const STREAM = 2, FOLDER = 3, FILE = 4;                // types of file
const CREATE = 1, DIRECTORY = 2, EXCLUSIVE = 4, TRUNCATE = 8, APPEND = 1;

class Exit extends Error {}

/** `memory()` is the interpreter's; `write(fd, bytes)` is told what is printed. */
function wasi({ files, args, env, memory, write }) {
  const open = [{}, {}, {}, { node: files.root, preopened: "/" }];    // by descriptor; the first three are streams
  let buffer, view, bytes;

  /** The memory as it is now: it moves when it grows. */
  function look() {
    if (buffer !== memory().buffer) {
      buffer = memory().buffer;
      [view, bytes] = [new DataView(buffer), new Uint8Array(buffer)];
    }
    return view;
  }
  const text = (at, length) => { look(); return utf8.decode(bytes.subarray(at, at + length)); };
  const number = (at, value) => { look().setUint32(at, value, true); return OK; };
  const vectors = (at, count) => Array.from({ length: count }, (_, i) => {
    const start = look().getUint32(at + 8 * i, true);
    return bytes.subarray(start, start + view.getUint32(at + 8 * i + 4, true));
  });
  const now = (clock) => (clock === 0 ? BigInt(Date.now()) * 1000000n : BigInt(Math.round(performance.now() * 1e6)));
  const node = (fd) => open[fd]?.node;

  function sizes(items, count, size) {
    number(size, items.reduce((sum, item) => sum + encoder.encode(item).length + 1, 0));
    return number(count, items.length);
  }
  function strings(items, pointers, at) {
    for (const item of items) {
      const coded = encoder.encode(`${item}\0`);
      number(pointers, at);
      bytes.set(coded, at);
      pointers += 4;
      at += coded.length;
    }
    return OK;
  }
  function stat(found, at) {
    look();
    view.setBigUint64(at, 1n, true);                   // device
    view.setBigUint64(at + 8, found?.inode ?? 0n, true);
    view.setUint8(at + 16, !found ? STREAM : found.kids ? FOLDER : FILE);
    view.setBigUint64(at + 24, 1n, true);              // links
    view.setBigUint64(at + 32, BigInt(found?.size ?? 0), true);
    for (const time of [40, 48, 56]) view.setBigUint64(at + time, found?.changed ?? 0n, true);
    return OK;
  }
  function remove(fd, path, length, wanted) {
    const [up, name] = files.place(text(path, length), node(fd)), wrong = wanted(up?.kids.get(name));
    if (!wrong) up.kids.delete(name);
    return wrong || OK;
  }
  function wait(ms) {
    const until = performance.now() + ms;
    while (performance.now() < until);
  }

  const calls = {
    args_sizes_get: (count, size) => sizes(args, count, size),
    args_get: (pointers, at) => strings(args, pointers, at),
    environ_sizes_get: (count, size) => sizes(env, count, size),
    environ_get: (pointers, at) => strings(env, pointers, at),
    clock_res_get(clock, at) { look().setBigUint64(at, 1000n, true); return OK; },
    clock_time_get(clock, precision, at) { look().setBigUint64(at, now(clock), true); return OK; },
    random_get(at, length) {
      look();
      for (let i = 0; i < length; i += 65536) {
        crypto.getRandomValues(bytes.subarray(at + i, at + Math.min(length, i + 65536)));
      }
      return OK;
    },
    proc_exit(code) { throw new Exit(`exit code ${code}`); },

    fd_close(fd) { if (!open[fd]) return BADF; delete open[fd]; return OK; },
    fd_fdstat_get(fd, at) {
      if (!open[fd]) return BADF;
      look().setUint8(at, !node(fd) ? STREAM : node(fd).kids ? FOLDER : FILE);
      view.setUint16(at + 2, open[fd].append ? APPEND : 0, true);
      for (const rights of [8, 16]) view.setBigUint64(at + rights, ~0n, true);
      return OK;
    },
    fd_filestat_get: (fd, at) => (open[fd] ? stat(node(fd), at) : BADF),
    fd_filestat_set_size(fd, size) { if (!node(fd)?.data) return BADF; cut(node(fd), Number(size)); return OK; },
    fd_prestat_get(fd, at) { if (!open[fd]?.preopened) return BADF; number(at, 0); return number(at + 4, 1); },
    fd_prestat_dir_name(fd, at) { look(); bytes.set(encoder.encode("/"), at); return OK; },
    fd_read(fd, at, count, read) {
      if (!open[fd]) return BADF;
      if (!node(fd)) return number(read, 0);           // no standard input
      if (node(fd).kids) return ISDIR;
      const length = take(node(fd), open[fd].at, vectors(at, count));
      open[fd].at += length;
      return number(read, length);
    },
    fd_pread: (fd, at, count, from, read) => (node(fd)?.data
      ? number(read, take(node(fd), Number(from), vectors(at, count))) : BADF),
    fd_write(fd, at, count, written) {
      if (!open[fd]) return BADF;
      const parts = vectors(at, count);
      if (!node(fd)) {
        for (const part of parts) write(fd, part.slice());
        return number(written, parts.reduce((sum, part) => sum + part.length, 0));
      }
      if (open[fd].append) open[fd].at = node(fd).size;
      const length = put(node(fd), open[fd].at, parts);
      open[fd].at += length;
      return number(written, length);
    },
    fd_pwrite: (fd, at, count, from, written) => (node(fd)?.data
      ? number(written, put(node(fd), Number(from), vectors(at, count))) : BADF),
    fd_seek(fd, offset, whence, at) {
      if (!open[fd]) return BADF;
      if (!node(fd)?.data) return SPIPE;
      const to = Number(offset) + [0, open[fd].at, node(fd).size][whence];
      if (to < 0) return INVAL;
      open[fd].at = to;
      look().setBigUint64(at, BigInt(to), true);
      return OK;
    },
    fd_tell(fd, at) { if (!node(fd)) return BADF; look().setBigUint64(at, BigInt(open[fd].at), true); return OK; },
    fd_readdir(fd, at, length, cookie, used) {
      if (!node(fd)?.kids) return BADF;
      const entries = [[".", node(fd)], ["..", node(fd)], ...node(fd).kids];
      let filled = 0;
      for (let i = Number(cookie); i < entries.length && filled < length; i++) {
        const [name, found] = entries[i], coded = encoder.encode(name), entry = new Uint8Array(24 + coded.length);
        const fields = new DataView(entry.buffer);
        fields.setBigUint64(0, BigInt(i + 1), true);
        fields.setBigUint64(8, found.inode, true);
        fields.setUint32(16, coded.length, true);
        fields.setUint8(20, found.kids ? FOLDER : FILE);
        entry.set(coded, 24);
        const part = entry.subarray(0, length - filled);
        look();
        bytes.set(part, at + filled);
        filled += part.length;
      }
      return number(used, filled);
    },

    path_open(fd, lookup, path, length, how, rights, inheriting, flags, at) {
      if (!node(fd)) return BADF;
      const name = text(path, length);
      let found = files.find(name, node(fd));
      if (found && how & CREATE && how & EXCLUSIVE) return EXIST;
      if (!found) {
        const [up, last] = files.place(name, node(fd));
        if (!(how & CREATE) || !up) return NOENT;
        up.kids.set(last, found = file(new Uint8Array(0)));
      }
      if (how & DIRECTORY && !found.kids) return NOTDIR;
      if (how & TRUNCATE && found.data) cut(found, 0);
      let free = 3;
      while (open[free]) free++;
      open[free] = { node: found, at: 0, append: Boolean(flags & APPEND) };
      return number(at, free);
    },
    path_filestat_get(fd, flags, path, length, at) {
      const found = files.find(text(path, length), node(fd));
      return found ? stat(found, at) : NOENT;
    },
    path_create_directory(fd, path, length) {
      const [up, name] = files.place(text(path, length), node(fd));
      if (!up) return NOENT;
      if (up.kids.has(name)) return EXIST;
      up.kids.set(name, folder());
      return OK;
    },
    path_unlink_file: (fd, path, length) => remove(fd, path, length, (found) => (!found ? NOENT : found.kids && ISDIR)),
    path_remove_directory: (fd, path, length) => remove(fd, path, length, (found) =>
      (!found ? NOENT : !found.kids ? NOTDIR : found.kids.size && NOTEMPTY)),
    path_rename(fd, path, length, toFd, toPath, toLength) {
      const [up, name] = files.place(text(path, length), node(fd)), found = up?.kids.get(name);
      const [to, last] = files.place(text(toPath, toLength), node(toFd));
      if (!found || !to) return NOENT;
      up.kids.delete(name);
      to.kids.set(last, found);
      return OK;
    },
    path_readlink: () => INVAL,

    /** Sleep: the earliest of the clocks asked for; a stream is ready at once. */
    poll_oneoff(asked, answers, count, answered) {
      let soonest = Infinity, which;
      for (let i = 0, at = asked; i < count; i++, at += 48) {
        let left = 0;
        if (look().getUint8(at + 8) === 0) {
          left = Number(view.getBigUint64(at + 24, true)) / 1e6;
          if (view.getUint16(at + 40, true) & 1) left -= Number(now(view.getUint32(at + 16, true))) / 1e6;
        }
        if (left < soonest) [soonest, which] = [left, at];
      }
      wait(soonest);
      look().setBigUint64(answers, view.getBigUint64(which, true), true);
      view.setUint16(answers + 8, 0, true);
      view.setUint8(answers + 10, view.getUint8(which + 8));
      return number(answered, 1);
    },
  };
  const nothing = ["fd_advise", "fd_datasync", "fd_sync", "fd_fdstat_set_flags", "fd_filestat_set_times",
    "path_filestat_set_times", "sched_yield"];
  const refused = ["path_link", "path_symlink", "sock_accept", "sock_recv", "sock_send", "sock_shutdown"];
  for (const name of nothing) calls[name] = () => OK;
  for (const name of refused) calls[name] = () => NOTSUP;
  return calls;
}
