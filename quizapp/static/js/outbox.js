// What this device keeps until the server has acknowledged it: IndexedDB, shared by every tab of the site.
// An entry is one save: { attempt, client, seq, position, kind, value, based_on, after, sent, fault, url, token }.
// `after` is the key of the entry before it on the same question; `sent` says that the server may have it already.

const NAME = "quizapp";
const STORE = "outbox";
const PATIENCE_MS = 1_000;

export function keyOf(entry) {
  return `${entry.client} ${entry.seq}`;
}

function done(request) {
  return new Promise((kept, failed) => {
    request.onsuccess = () => kept(request.result);
    request.onerror = () => failed(request.error);
  });
}

export class Outbox {
  #attempt;
  #owns;
  #db = null;
  #opened;
  #lost = false;
  #slow = 0;
  #held = new Map();
  #writing = new Map();
  #changed;
  #told = new BroadcastChannel("quizapp-outbox");

  // Of one attempt, or of all of them where none is named. `changed` is called whenever the entries change, with the
  // instant of a save that another tab saw acknowledged, and that save. `owns` says whether this page looks after an
  // entry: of all others it has mere copies, which it reads anew and never writes.
  constructor(attempt, changed, owns) {
    this.#attempt = attempt;
    this.#changed = changed;
    this.#owns = owns;
    this.#opened = this.#open();
    this.#told.onmessage = async ({ data }) => {
      await this.reread();
      for (const one of this.#rebase(data.settled, data.version)) if (this.#owns(one)) this.keep(one);
      if (data.saved_at && data.attempt === this.#attempt) this.#changed(data.saved_at, data.saved);
      else this.#changed();
    };
  }

  // Whether entries outlive this page, as far as is known now.
  get durable() {
    return !this.#lost && !this.#slow;
  }

  get entries() {
    return [...this.#held.values()];
  }

  get(key) {
    return this.#held.get(key);
  }

  // What earlier pages left behind.
  async ready() {
    await this.reread();
    this.#changed();
  }

  // What lies on this device by now; without patience only once it was read, however long that takes.
  reread(patiently = true) {
    return patiently ? this.#patiently(this.#read()) : this.#read().catch(() => this.#lose());
  }

  // Keeps an entry; resolves once it lies on this device, or once it is clear that it cannot.
  async keep(entry) {
    const key = keyOf(entry);
    this.#held.set(key, entry);
    this.#changed();
    await this.#write(key, (store) => store.put({ ...entry }));
    this.#tell({ attempt: entry.attempt });
  }

  // Lets an entry go. What follows it rests on `version` from now on, where one was given to it.
  async settle(entry, version, saved_at) {
    const key = keyOf(entry);
    this.#held.delete(key);
    const following = this.#rebase(key, version);
    this.#changed();
    await this.#write(key, (store) => {
      for (const one of following) if (this.#owns(one)) store.put({ ...one });
      return store.delete([entry.attempt, entry.client, entry.seq]);
    });
    const { attempt, position, kind, value } = entry;
    this.#tell({ attempt, saved_at, settled: key, version, saved: { position, kind, value } });
  }

  #rebase(key, version) {
    const following = this.entries.filter((one) => key && one.after === key);
    for (const one of following) {
      one.after = null;
      if (version !== undefined) one.based_on = version;
    }
    return following;
  }

  // Forgets everything on this device.
  async wipe() {
    this.#held.clear();
    this.#changed();
    await this.#write("", (store) => store.clear());
    this.#tell({});
  }

  #tell(message) {
    if (!this.#lost) this.#told.postMessage(message);
  }

  async #open() {
    await null; // nobody is told of anything before the constructor is done
    try {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () =>
        asked.result.createObjectStore(STORE, { keyPath: ["attempt", "client", "seq"] });
      this.#db = await done(asked);
      this.#db.onversionchange = () => this.#db?.close();
      this.#db.onclose = () => this.#lose();
    } catch {
      this.#lose();
    }
  }

  // Without storage the entries live as long as this page, and the page says so.
  #lose() {
    this.#db = null;
    this.#lost = true;
    this.#changed();
  }

  // Storage that hangs must not hold up a save: what takes long goes on, and until it is done nothing counts as kept.
  async #patiently(work) {
    const settled = work.catch(() => this.#lose());
    const inTime = await Promise.race([settled.then(() => true), new Promise((late) => setTimeout(late, PATIENCE_MS))]);
    if (inTime) return;
    this.#slow += 1;
    this.#changed();
    settled.then(() => {
      this.#slow -= 1;
      this.#changed();
    });
  }

  async #write(key, change) {
    this.#writing.set(key, (this.#writing.get(key) ?? 0) + 1);
    await this.#patiently(
      this.#written(change).finally(() => {
        const left = this.#writing.get(key) - 1;
        if (left) this.#writing.set(key, left);
        else this.#writing.delete(key);
      }),
    );
  }

  async #written(change) {
    await this.#opened;
    if (this.#lost) return;
    const transaction = this.#db.transaction(STORE, "readwrite");
    change(transaction.objectStore(STORE));
    await new Promise((kept, failed) => {
      transaction.oncomplete = kept;
      transaction.onabort = transaction.onerror = () => failed(transaction.error);
    });
  }

  async #read() {
    await this.#opened;
    if (this.#lost) return;
    const store = this.#db.transaction(STORE).objectStore(STORE);
    const range = this.#attempt && IDBKeyRange.bound([this.#attempt], [this.#attempt, []]);
    const stored = new Map((await done(store.getAll(range))).map((one) => [keyOf(one), one]));
    for (const key of this.#held.keys()) {
      if (!stored.has(key) && !this.#writing.has(key)) this.#held.delete(key);
    }
    for (const [key, one] of stored) {
      // This page's own object of an entry is newer than its stored copy; its copy of another page's is older.
      if (!this.#writing.has(key) && !(this.#held.has(key) && this.#owns(one))) this.#held.set(key, one);
    }
  }
}
