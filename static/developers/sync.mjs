// Keep a local copy of a city's events, by GET /api/v1/changes. Needs Node 20 or newer, and no packages.
//
//     node sync.mjs https://nocturne.example bengaluru events.json          // and stay, with the changes as they come
//     node sync.mjs https://nocturne.example bengaluru events.json --once   // one round, for cron
//
// The copy is a JSON file: `events` by id, `gone` has what was removed or merged (tombstones), `epoch` and `offset` say up to
// where it has read. It is written whole to a second file, which then takes its name: the program may be killed at any time.

import { readFile, rename, writeFile } from "node:fs/promises";

const PAGE = 200;
const WAIT = 25;
const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

// The status and the body, no older than the change `mark` (EPOCH-OFFSET). Waits where the server asks for it (Retry-After), and tries again where it does not answer.
async function get(url, mark = "") {
  for (let attempt = 0; attempt < 8; attempt += 1) {
    let answer;
    try {
      // a merged event answers 301; we want to know it, not to follow it
      answer = await fetch(url, { redirect: "manual", headers: { Accept: "application/json", "Live-After": mark } });
    } catch {
      await sleep(2 ** attempt);
      continue;
    }
    if ([429, 500, 502, 503].includes(answer.status)) {
      await sleep(Number(answer.headers.get("Retry-After")) || 2 ** attempt);
      continue;
    }
    return { status: answer.status, body: await answer.json() };
  }
  throw new Error(`no answer: ${url}`);
}

class Copy {
  constructor(base, city, path) {
    this.api = `${base.replace(/\/+$/, "")}/api/v1`;
    this.city = city;
    this.path = path;
  }

  async load() {
    try {
      Object.assign(this, JSON.parse(await readFile(this.path, "utf8")));
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
      // without a place we name an epoch that there is not: the answer says from where on to follow
      Object.assign(this, { epoch: "none", offset: 0, events: {}, gone: {} });
    }
  }

  async save() {
    const { epoch, offset, events, gone } = this;
    await writeFile(`${this.path}.new`, JSON.stringify({ epoch, offset, events, gone }));
    await rename(`${this.path}.new`, this.path);
  }

  // Read what changed since the last round.
  async round(wait = 0) {
    const asked = new URLSearchParams({
      epoch: this.epoch, after: this.offset, topics: `events:city:${this.city}`, limit: PAGE, wait,
    });
    const { status, body: page } = await get(`${this.api}/changes?${asked}`);
    if (status !== 200) throw new Error(`changes: ${status} ${page.detail}`);
    const mark = `${page.epoch}-${page.offset}`;
    if (page.recovered) {
      const ids = page.results.filter((change) => change.topic.startsWith("events:event:"))
        .map((change) => change.topic.split(":").pop());
      for (const id of new Set(ids)) await this.read(id, mark);
    } else {
      await this.readAll(mark); // the first round, a new epoch, or away for too long
    }
    this.epoch = page.epoch;
    this.offset = page.offset;
    await this.save();
    return { changes: page.results.length, events: Object.keys(this.events).length, more: Number(page.has_more) };
  }

  // All events anew. What we held and is not listed any more is asked for once, so that it gets its tombstone.
  async readAll(mark) {
    const before = new Set(Object.keys(this.events));
    let url = `${this.api}/events?${new URLSearchParams({ city: this.city, limit: 100 })}`;
    while (url) {
      const { status, body: page } = await get(url, mark);
      if (status !== 200) throw new Error(`events: ${status} ${page.detail}`);
      for (const event of page.results) {
        this.keep(event);
        before.delete(event.id);
      }
      url = page.next;
    }
    for (const id of before) await this.read(id, mark);
  }

  // One event as it is now.
  async read(id, mark) {
    const { status, body } = await get(`${this.api}/events/${id}`, mark);
    if (status === 200 && body.city === this.city) {
      this.keep(body);
    } else if (status === 200) {
      this.drop(id, { why: "moved to another city" });
    } else if (status === 301) {
      this.drop(id, { why: "merged", merged_into: body.id });
      await this.read(body.id, mark);
    } else if (status === 404 || status === 410) {
      this.drop(id, { why: body.detail ?? "removed" });
    } else {
      throw new Error(`event ${id}: ${status} ${body.detail}`);
    }
  }

  keep(event) {
    this.events[event.id] = event;
    delete this.gone[event.id]; // it may have come back
  }

  drop(id, tombstone) {
    delete this.events[id];
    this.gone[id] = tombstone;
  }
}

const words = process.argv.slice(2).filter((word) => word !== "--once");
if (words.length !== 3) {
  console.error("node sync.mjs SITE CITY FILE [--once]");
  process.exit(2);
}
const stays = !process.argv.includes("--once");
const copy = new Copy(...words);
await copy.load();
for (let wait = 0; ; ) {
  const told = await copy.round(wait);
  console.log(JSON.stringify(told));
  if (!told.more && !stays) break;
  wait = stays && !told.more ? WAIT : 0;
}
