// The example server is killed at random moments under load, and started again at the same port:
// `node crash.mjs SERVER RUST_CLIENT [KILLS]`. The last line is `N passed, N failed`.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../server.mjs';
import { Browser, kindsOf } from './kinds.mjs';
import { account, nothingMissing } from './oracle.mjs';
import { Senders, checkOrders, history } from './orders.mjs';
import { Random, seedOf } from './random.mjs';

const [binary, rustClient, kills = '50'] = process.argv.slice(2);
if (!rustClient) {
  console.error('usage: node crash.mjs SERVER RUST_CLIENT [KILLS]');
  process.exit(2);
}
const SENDERS = 3;
const MEMORY_KILLS = 5;
const NAMES = ['orders:created', 'orders:ingested'];
const random = new Random(seedOf('crash'));
const browser = await Browser.start();
const kinds = kindsOf(rustClient, browser);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let passed = 0;
let failed = 0;

async function check(title, run) {
  try {
    await run();
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${title}\n${String(error?.stack ?? error).replace(/^/gm, '    ')}`);
    if (error?.cause) console.log(String(error.cause.stack ?? error.cause).replace(/^/gm, '    '));
  }
}

/** The example with one adapter, at one port through all its lives. */
class Lives {
  #adapter;
  #server;

  /** `adapter`: what `--adapter` is given; nothing for the default. */
  async begin(...adapter) {
    this.#adapter = adapter.flatMap((adapter) => ['--adapter', adapter]);
    this.#server = await startServer(binary, ['--listen', '127.0.0.1:0', ...this.#adapter]);
    this.url = this.#server.url;
    return this;
  }

  /** Kills it, but not while a client is in a state that no server could mend, and starts it again. */
  async crash(watchings) {
    while (watchings.some((watching) => watching.isFragile?.())) await pause(1);
    await this.#server.kill();
    this.#server = await startServer(binary, ['--listen', new URL(this.url).host, ...this.#adapter]);
  }

  end() {
    return this.#server.stop();
  }
}

async function watchAll(url, adapter) {
  const watchings = await Promise.all(kinds.map((kind) =>
    kind.open(url, { channel: 'orders', names: NAMES, consumer: kind.repeats ? `crash-${adapter}` : undefined })));
  await Promise.all(watchings.map((watching) => watching.whenStarted()));
  return watchings;
}

async function onSqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'pubsub-crash-'));
  const lives = await new Lives().begin(`sqlite:${join(folder, 'orders.db')}`);
  const watchings = await watchAll(lives.url, 'sqlite');
  const senders = new Senders(lives.url, SENDERS, random.fork());
  let log = [];
  await check(`what was acknowledged is there after each of ${kills} kills`, async () => {
    for (let kill = 1; kill <= Number(kills); kill += 1) {
      await pause(random.between(20, 1_200));
      await lives.crash(watchings);
      const acknowledged = new Map(senders.acknowledged);
      const events = await history(lives.url);
      checkOrders(events, acknowledged);
      const ids = events.map(({ id }) => id);
      assert.deepEqual(ids.slice(0, log.length), log, 'what was there before is there again, in its order');
      log = ids;
    }
  });
  await pause(random.between(100, 500));
  await senders.stop();
  const events = await history(lives.url);
  await check('what was acknowledged is there at the end', async () => checkOrders(events, senders.acknowledged));
  console.log(`${kills} kills: ${senders.acknowledged.size} orders acknowledged, ${senders.unanswered} not answered, ${events.length} events stored`);
  const numbers = new Map(events.map(({ id }, number) => [id, number]));
  const numberOf = ({ id }) => numbers.get(id);
  for (const [index, kind] of kinds.entries()) {
    const watching = watchings[index];
    await check(`${kind.name} goes on without a gap`, async () => {
      await watching.whenHas((event) => numberOf(event) === events.length - 1, 'the last event');
      const figures = account(watching.title, events.length, numberOf, watching.arrivals, kind);
      assert.equal(figures.received, events.length);
      nothingMissing(watching.title, watching.gaps, kind);
      console.log(`${watching.title}: ${figures.received} received, ${figures.gaps} gaps, ${figures.repeated} repeated`);
    });
    watching.stop();
  }
  await lives.end();
  rmSync(folder, { recursive: true });
}

/** What a client is told whose place was in a memory that is gone. */
const REASONS = { token: 'epoch_changed', id: 'unknown_id', consumer: 'unknown_consumer' };

async function onMemory() {
  const lives = await new Lives().begin();
  const watchings = await watchAll(lives.url, 'memory');
  for (let kill = 1; kill <= MEMORY_KILLS; kill += 1) {
    const senders = new Senders(lives.url, SENDERS, random.fork());
    await pause(random.between(20, 300));
    await senders.stop();
    const events = await history(lives.url);
    checkOrders(events, senders.acknowledged);
    const last = events.at(-1);
    await Promise.all(watchings.map((watching) => watching.whenHas(({ id }) => id === last.id, 'the last event')));
    for (const watching of watchings) watching.before = watching.gaps.length;
    await lives.crash(watchings);
    for (const [index, kind] of kinds.entries()) {
      const watching = watchings[index];
      await check(`${kind.name} is told, after kill ${kill}`, async () => {
        await watching.until(() => watching.gaps.length > watching.before, 'a gap');
        const at = watching.arrivals.findLastIndex(({ event }) => event?.id === last.id);
        const [arrival] = watching.arrivals.slice(at + 1);
        assert.ok(arrival.gap, 'the gap comes before the next event');
        assert.equal(arrival.gap.reason, REASONS[kind.place]);
      });
    }
  }
  for (const watching of watchings) watching.stop();
  await lives.end();
  console.log(`memory: after each of ${MEMORY_KILLS} kills every client was told`);
}

await onSqlite();
await onMemory();
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
