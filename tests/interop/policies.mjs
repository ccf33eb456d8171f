// What channels declare about loss, lag, order and filters, over every kind of client, against the depot's server.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { EventSource } from 'eventsource';
import { links } from './links.mjs';
import { startProxy } from './proxy.mjs';
import { Watch, watch as watchPlainly } from './watch.mjs';

const SYSTEM = /^pubsub:/;

/** What arrived in a word each: of system events the name, of others what `word` makes of them. */
const story = (items, word) => items.map(({ name, payload }) => (SYSTEM.test(name) ? name.slice('pubsub:'.length) : word(payload)));

/** A subscription that keeps every item, system events among them. */
function watch(procedure, input) {
  const watching = watchPlainly(procedure, input);
  watching.all = [];
  const { received } = watching;
  watching.received = (envelope) => {
    watching.all.push(envelope);
    received.call(watching, envelope);
  };
  /** Waits for exactly this story. */
  watching.tells = (expected, word) => watching.until(
    () => {
      if (watching.error) throw watching.error;
      const told = story(watching.all, word);
      const wrong = told.findIndex((step, index) => step !== expected[index]);
      if (wrong >= 0) throw new Error(`expected ${JSON.stringify(expected)}, received ${JSON.stringify(told)}`);
      return told.length === expected.length;
    },
    () => `expected ${JSON.stringify(expected)}, received ${JSON.stringify(story(watching.all, word))}`,
  );
  return watching;
}

/** Runs the Rust client; its lines as they come. */
function rust(binary, args) {
  const watching = new Watch();
  watching.lines = [];
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => {
    watching.lines.push(JSON.parse(line));
    watching.changed();
  });
  watching.stop = () => child.kill('SIGKILL');
  watching.has = (count) => watching.until(() => watching.lines.length >= count, () => `received ${JSON.stringify(watching.lines)}`);
  return watching;
}

const move = (client, parcelId, stage = 'on_shelf', carrier = null, moves = 1) =>
  client.parcels.moved.mutate({ parcelId, stage, carrier, moves });

const post = (client, count, send) => Array.from({ length: count }, (_, index) => index).reduce(
  (before, index) => before.then(() => send(index)), Promise.resolve());

/** The place right now, by the answer to a sent event. */
const place = async (client, name, payload) => (await client.sendEvent.mutate({ name, payload })).cursor;

const parcelId = ({ parcelId, parcelIds }) => parcelId ?? `shelf ${parcelIds.length}`;

export const policyScenarios = [
  {
    name: 'filters take a value, a list, null and several fields',
    needs: 'subscriptions',
    async run({ client, id }) {
      const cases = [
        [{ parcelId: `${id}a` }, ['a', 'a']],
        [{ parcelId: [`${id}a`, `${id}b`] }, ['a', 'b', 'a']],
        [{ parcelId: [`${id}a`, `${id}b`, `${id}c`], carrier: null }, ['a', 'c']],
        [{ parcelId: [`${id}a`, `${id}b`, `${id}c`], carrier: [null, 'Ada'], moves: 2 }, ['a', 'c']],
        [{ parcelId: [`${id}a`, `${id}b`, `${id}c`], stage: ['in_van', 'delivered'], moves: [2.0, 3] }, ['a']],
      ].map(([filters, expected]) => ({ expected, watching: watch(client.subscribe, { channel: 'parcels', filters }) }));
      await Promise.all(cases.map(({ watching }) => watching.whenStarted()));
      await move(client, `${id}a`);
      await move(client, `${id}b`, 'in_van', 'Ada');
      await move(client, `${id}a`, 'in_van', 'Ada', 2);
      await move(client, `${id}c`, 'on_shelf', null, 2);
      for (const { expected, watching } of cases) {
        await watching.tells(['ready', ...expected], (payload) => payload.parcelId.slice(id.length));
        watching.stop();
      }
    },
  },
  {
    name: 'a list of channels of which one has the field delivers that one only',
    needs: 'subscriptions',
    async run({ client, id }) {
      const watching = watch(client.subscribe, { channel: ['parcels', 'notices'], filters: { parcelId: `${id}a` } });
      await watching.whenStarted();
      await client.notices.posted.mutate({ text: `${id}notice` });
      await move(client, `${id}b`);
      await move(client, `${id}a`);
      await watching.tells(['ready', 'a'], (payload) => payload.parcelId?.slice(id.length) ?? payload.text);
      watching.stop();
    },
  },
  {
    name: 'a field that cannot be filtered by is refused, and those that can be are named',
    needs: 'subscriptions',
    async run({ client }) {
      const refused = async (procedure, input) => {
        const { data } = await watch(procedure, input).whenFailed();
        assert.deepEqual([data.code, data.httpStatus], ['BAD_REQUEST', 400]);
        return data.issues[0];
      };
      const unknown = await refused(client.parcels.subscribe, { filters: { colour: 'red' } });
      assert.deepEqual(unknown.path, ['filters', 'colour']);
      for (const known of ['parcelId', 'stage', 'carrier', 'moves']) assert.match(unknown.message, new RegExp(`\`${known}\``));
      const none = await refused(client.subscribe, { channel: 'notices', filters: { text: 'a' } });
      assert.match(none.message, /no event of these channels can be filtered/);
      const list = await refused(client.parcels.subscribe, { filters: { moves: [1, { above: 2 }] } });
      assert.deepEqual(list.path, ['filters', 'moves', 1]);
      const empty = await refused(client.parcels.subscribe, { filters: { moves: [] } });
      assert.deepEqual(empty.path, ['filters', 'moves']);
    },
  },
  {
    name: 'from the earliest: what is kept, then pubsub:live, then what comes',
    needs: 'subscriptions',
    async run({ client, id }) {
      await post(client, 6, (index) => client.notices.posted.mutate({ text: `${id}${index}` }));
      const text = (payload) => payload.text.slice(id.length);
      const all = watch(client.notices.subscribe, { from: 'earliest' });
      await all.tells(['ready', '2', '3', '4', '5', 'live'], text);
      const quiet = watch(client.notices.subscribe, { from: 'earliest', system: false });
      await quiet.tells(['2', '3', '4', '5'], text);
      const since = watch(client.notices.subscribe, { since: all.all[3].timestamp });
      await since.until(() => since.all.some(({ name }) => name === 'pubsub:live'), () => `received ${JSON.stringify(since.all)}`);
      assert.equal(text(since.all.at(-2).payload), '5');
      await client.notices.posted.mutate({ text: `${id}6` });
      await all.tells(['ready', '2', '3', '4', '5', 'live', '6'], text);
      await quiet.tells(['2', '3', '4', '5', '6'], text);
      for (const watching of [all, quiet, since]) watching.stop();
    },
  },
  {
    name: 'on_gap = snapshot: the gap, the snapshot, then what comes; no event between',
    needs: 'subscriptions',
    async run({ client, id }) {
      const before = await place(client, 'parcels:moved', { parcelId: `${id}0`, stage: 'on_shelf', carrier: null, moves: 0 });
      await post(client, 9, (index) => move(client, `${id}${index + 1}`));
      // Without `ready`, and the gap all the same.
      const watching = watch(client.parcels.subscribe, { cursor: before, system: false });
      await watching.until(() => watching.all.length >= 2, () => `received ${JSON.stringify(watching.all)}`);
      const [gap, snapshot] = watching.all;
      assert.deepEqual([gap.name, gap.channel, snapshot.name, snapshot.channel], ['pubsub:gap', 'parcels', 'pubsub:snapshot', 'parcels']);
      assert.deepEqual([gap.payload.reason, gap.payload.requested], ['retention', before]);
      assert.equal(gap.payload.missed, 9, 'the snapshot stands in the place of what is still kept, too');
      assert.equal(typeof snapshot.id, 'string');
      assert.equal(new Date(snapshot.timestamp).toISOString(), snapshot.timestamp);
      const shelf = snapshot.payload.parcelIds.filter((parcel) => parcel.startsWith(id)).map((parcel) => parcel.slice(id.length));
      assert.deepEqual(shelf, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
      await move(client, `${id}10`);
      await watching.until(() => watching.all.length === 3, () => `received ${JSON.stringify(watching.all)}`);
      assert.equal(watching.all[2].payload.parcelId, `${id}10`);
      watching.stop();
      // The gap's own place, and the snapshot's, are places to go on from without a gap.
      for (const cursor of [gap.payload.resumeFrom, snapshot.id]) {
        const again = watch(client.parcels.subscribe, { cursor });
        await again.until(() => again.all.length >= 3, () => `received ${JSON.stringify(again.all)}`);
        assert.deepEqual(story(again.all, (payload) => payload.parcelId.slice(id.length)), ['ready', '10', 'live']);
        again.stop();
      }
    },
  },
  {
    name: 'on_gap = live: the gap, then what comes, nothing of what is kept',
    needs: 'subscriptions',
    async run({ client, id }) {
      const before = await place(client, 'notices:posted', { text: `${id}0` });
      await post(client, 6, (index) => client.notices.posted.mutate({ text: `${id}${index + 1}` }));
      const watching = watch(client.notices.subscribe, { cursor: before, system: false });
      await watching.tells(['gap'], (payload) => payload.text.slice(id.length));
      assert.equal(watching.gaps[0].payload.missed, 6);
      await client.notices.posted.mutate({ text: `${id}7` });
      await watching.tells(['gap', '7'], (payload) => payload.text.slice(id.length));
      watching.stop();
    },
  },
  {
    name: 'on_gap = fail: the subscription ends with 412 and the gap in error.data',
    needs: 'subscriptions',
    async run({ client }) {
      const before = await place(client, 'bookings:made', { number: 0 });
      await post(client, 6, (number) => client.bookings.made.mutate({ number: number + 1 }));
      const watching = watch(client.bookings.subscribe, { lastEventId: before });
      const { data, message } = await watching.whenFailed();
      assert.deepEqual([data.code, data.httpStatus, data.path], ['PRECONDITION_FAILED', 412, 'bookings.subscribe'], message);
      assert.deepEqual([data.gap.channel, data.gap.reason, data.gap.requested], ['bookings', 'retention', before]);
      assert.equal(data.gap.missed, 2);
      assert.deepEqual(watching.events, []);
      // The remedy that the error holds.
      const again = watch(client.bookings.subscribe, { cursor: data.gap.resumeFrom, system: false });
      await again.tells(['3', '4', '5', '6'], ({ number }) => String(number));
      again.stop();
    },
  },
  {
    name: 'a page of history tells what is lost before it',
    needs: 'calls',
    async run({ client, id }) {
      const before = await place(client, 'notices:posted', { text: `${id}0` });
      await post(client, 6, (index) => client.notices.posted.mutate({ text: `${id}${index + 1}` }));
      const page = await client.notices.history.query({ cursor: before });
      assert.deepEqual(page.events.map(({ payload }) => payload.text.slice(id.length)), ['3', '4', '5', '6']);
      const { channel, reason, missed, requested } = page.gap;
      assert.deepEqual([channel, reason, missed, requested], ['notices', 'retention', 2, before]);
      const next = await client.notices.history.query({ cursor: page.gap.resumeFrom, limit: 2 });
      assert.deepEqual([next.gap, next.events.map(({ payload }) => payload.text.slice(id.length))], [undefined, ['3', '4']]);
      const last = await client.notices.history.query({ cursor: next.next });
      assert.deepEqual(last.events.map(({ payload }) => payload.text.slice(id.length)), ['5', '6']);
      assert.equal(last.next, null);
      const backward = await client.notices.history.query({ direction: 'backward', limit: 3 });
      assert.deepEqual(backward.events.map(({ payload }) => payload.text.slice(id.length)), ['4', '5', '6']);
    },
  },
  {
    name: 'partitions keep the order of each driver, and go on where they were after a cut',
    needs: 'resumes',
    async run({ direct, throughProxy, proxy, id }) {
      const drivers = ['Ada', 'Ben', 'Cem', 'Dag', 'Eve', 'Fay'].map((name) => id + name);
      const ride = (number) => Promise.all(drivers.map((driverId) => direct.rides.started.mutate({ driverId, number })));
      const watching = watch(throughProxy.rides.subscribe, undefined);
      const alone = watch(throughProxy.rides.subscribe, { filters: { driverId: drivers[0] } });
      const count = (count) => watching.until(() => watching.events.length >= count, () => `received ${watching.events.length} rides`);
      await Promise.all([watching.whenStarted(), alone.whenStarted()]);
      await ride(1);
      await count(drivers.length);
      proxy.cut();
      await ride(2);
      await ride(3);
      proxy.release();
      await count(3 * drivers.length);
      await ride(4);
      await count(4 * drivers.length);
      const numbers = (events, driver) => events.filter(({ payload }) => payload.driverId === driver).map(({ payload }) => payload.number);
      for (const driver of drivers) assert.deepEqual(numbers(watching.events, driver), [1, 2, 3, 4], driver);
      await alone.until(() => alone.events.length === 4, () => `received ${alone.events.length} rides`);
      assert.deepEqual(numbers(alone.events, drivers[0]), [1, 2, 3, 4]);
      assert.deepEqual([watching.gaps, alone.gaps], [[], []]);
      assert.equal(watching.events[0].meta.partitionKey, watching.events[0].payload.driverId);
      watching.stop();
      alone.stop();
    },
  },
  {
    name: 'a place of every partition, stored, is resumed by another subscription',
    needs: 'subscriptions',
    async run({ client, id }) {
      const drivers = ['Ada', 'Ben', 'Cem', 'Dag'].map((name) => id + name);
      const first = watch(client.rides.subscribe, { filters: { driverId: drivers } });
      await first.whenStarted();
      await first.until(() => first.all.length > 0, () => 'no pubsub:ready');
      const { cursor } = first.all[0].payload;
      for (const driverId of drivers) await client.rides.started.mutate({ driverId, number: 1 });
      await first.until(() => first.events.length === 4, () => `received ${first.events.length} rides`);
      first.stop();
      const again = watch(client.rides.subscribe, { cursor, filters: { driverId: drivers } });
      await again.until(() => again.events.length === 4, () => `received ${JSON.stringify(again.all)}`);
      assert.deepEqual(again.gaps, []);
      assert.deepEqual(again.events.map(({ payload }) => payload.driverId).sort(), drivers);
      again.stop();
    },
  },
  {
    name: 'a consumer goes on where it was after a cut',
    needs: 'consumes',
    async run({ direct, make, proxy, id }) {
      const through = make(proxy.url);
      const watching = watch(through.client.rides.subscribe, { consumer: `${id}screen`, filters: { driverId: `${id}Ada` } });
      await watching.whenStarted();
      const ride = (number) => direct.rides.started.mutate({ driverId: `${id}Ada`, number });
      await ride(1);
      await watching.until(() => watching.events.length === 1, () => 'the ride did not come');
      proxy.cut();
      await ride(2);
      await ride(3);
      proxy.release();
      const seen = () => new Set(watching.events.map(({ payload }) => payload.number));
      await watching.until(() => seen().size === 3, () => `received ${JSON.stringify(watching.all)}`);
      await ride(4);
      await watching.until(() => seen().size === 4, () => `received ${JSON.stringify(watching.all)}`);
      // A name that is new may be one that was forgotten, which is told once.
      assert.deepEqual(watching.gaps.map(({ payload }) => [payload.reason, payload.certain]), [['unknown_consumer', false]]);
      watching.stop();
      through.close();
    },
  },
];

/** A plain stream as `fetch` gives it, read only when it is asked to. */
async function plain(url, path) {
  const abort = new AbortController();
  const response = await fetch(url + path, { signal: abort.signal });
  assert.equal(response.status, 200, path);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    async until(condition) {
      const frames = () => text.split('\n\n').slice(0, -1).map((frame) => {
        const field = (name) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(frame)?.[1];
        return { event: field('event'), id: field('id'), data: field('data') };
      });
      while (!condition(frames())) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`the stream ended after ${JSON.stringify(frames())}`);
        text += value;
      }
      return frames();
    },
    stop: () => abort.abort(),
  };
}

/** Over plain streams, `EventSource` and the Rust client; each is run once. */
export const otherScenarios = (rustClient) => [
  {
    name: 'EventSource: a gap, the snapshot, and what comes, each under its name',
    async run({ direct, url, id }) {
      const before = await place(direct, 'parcels:moved', { parcelId: `${id}0`, stage: 'on_shelf', carrier: null, moves: 0 });
      await post(direct, 9, (index) => move(direct, `${id}${index + 1}`));
      const watching = new Watch();
      watching.all = [];
      const source = new EventSource(`${url}/events?channel=parcels&lastEventId=${before}`);
      for (const name of ['parcels:moved', 'pubsub:ready', 'pubsub:gap', 'pubsub:snapshot', 'pubsub:live', 'pubsub:error']) {
        source.addEventListener(name, ({ data, lastEventId }) => {
          watching.all.push({ ...JSON.parse(data), lastEventId });
          if (name === 'pubsub:snapshot') void move(direct, `${id}10`);
          watching.changed();
        });
      }
      const told = () => story(watching.all, (payload) => payload.parcelId.slice(id.length)).filter((step) => step !== 'ready' && step !== 'live');
      await watching.until(() => told().length === 3, () => `received ${JSON.stringify(watching.all)}`);
      assert.deepEqual(told(), ['gap', 'snapshot', '10']);
      // Until the snapshot has arrived, whoever comes back must get it.
      for (const { name, lastEventId } of watching.all) assert.equal(lastEventId !== '', name !== 'pubsub:gap', name);
      source.close();
    },
  },
  {
    name: 'EventSource: on_gap = fail ends the stream for good with pubsub:error',
    async run({ direct, url }) {
      const before = await place(direct, 'bookings:made', { number: 0 });
      await post(direct, 6, (number) => direct.bookings.made.mutate({ number: number + 1 }));
      const watching = new Watch();
      const source = new EventSource(`${url}/events?channel=bookings&lastEventId=${before}`);
      const closed = new Promise((resolve) => source.addEventListener('error', () => source.readyState === EventSource.CLOSED && resolve()));
      source.addEventListener('pubsub:error', ({ data }) => {
        watching.error = JSON.parse(data).error;
        watching.changed();
      });
      const { data } = await watching.whenFailed();
      assert.deepEqual([data.code, data.httpStatus, data.gap.channel, data.gap.missed], ['PRECONDITION_FAILED', 412, 'bookings', 2]);
      source.close();
      void closed;
    },
  },
  {
    name: '/events: filters as JSON in the query, and a refusal that names the fields',
    async run({ direct, url, id }) {
      const filters = (value) => `/events?channel=parcels&filters=${encodeURIComponent(JSON.stringify(value))}`;
      const stream = await plain(url, filters({ parcelId: [`${id}a`, `${id}b`], carrier: null }));
      await stream.until((frames) => frames.some(({ event }) => event === 'pubsub:ready'));
      await move(direct, `${id}b`, 'in_van', 'Ada');
      await move(direct, `${id}c`);
      await move(direct, `${id}a`);
      const frames = await stream.until((frames) => frames.some(({ event }) => event === 'parcels:moved'));
      assert.equal(JSON.parse(frames.find(({ event }) => event === 'parcels:moved').data).payload.parcelId, `${id}a`);
      stream.stop();
      for (const path of [filters({ colour: 'red' }), '/events?channel=parcels&filters=red', '/events?channel=parcels&colour=red&filters=%7B%22x%22:1%7D']) {
        const refused = await fetch(url + path);
        assert.equal(refused.status, 400, path);
        const { error } = await refused.json();
        assert.equal(error.data.issues[0].path[0], 'filters', path);
      }
    },
  },
  {
    name: 'on_lag = resync: a reader that stands still is told what it missed, and goes on with the newest',
    async run({ direct, url }) {
      const bytes = 'x'.repeat(100_000);
      const stream = await plain(url, '/events?channel=pictures');
      await stream.until((frames) => frames.some(({ event }) => event === 'pubsub:ready'));
      const count = 120;
      await post(direct, count, (number) => direct.pictures.taken.mutate({ number, bytes }));
      const numbers = (frames) => frames.filter(({ event }) => event === 'pictures:taken').map(({ data }) => JSON.parse(data).payload.number);
      let next = count;
      const gaps = (frames) => frames.filter(({ event }) => event === 'pubsub:gap').map(({ data }) => JSON.parse(data).payload);
      // What is published once the gap was told must arrive.
      await stream.until((frames) => gaps(frames).length > 0);
      await direct.pictures.taken.mutate({ number: next, bytes: '' });
      const frames = await stream.until((frames) => numbers(frames).includes(next));
      const missed = gaps(frames).reduce((sum, gap) => sum + gap.missed, 0);
      assert.ok(gaps(frames).every(({ reason, channel }) => reason === 'slow_consumer' && channel === 'pictures'), JSON.stringify(gaps(frames)));
      assert.equal(numbers(frames).length + missed, count + 1);
      stream.stop();
    },
  },
  {
    name: 'on_lag = conflate: a reader that stands still gets the newest of each van',
    async run({ direct, url }) {
      const seen = 'x'.repeat(100_000);
      const stream = await plain(url, '/events?channel=places');
      await stream.until((frames) => frames.some(({ event }) => event === 'pubsub:ready'));
      const count = 120;
      const vans = ['red', 'blue', 'green'];
      await post(direct, count, (number) => direct.places.told.mutate({ van: vans[number % 3], number, seen }));
      const of = (frames) => frames.filter(({ event }) => event === 'places:told').map(({ data }) => JSON.parse(data).payload);
      const frames = await stream.until((frames) => of(frames).some(({ number }) => number === count - 1));
      const numbers = of(frames).map(({ number }) => number);
      assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b), 'in order');
      assert.deepEqual(numbers.slice(-3), [count - 3, count - 2, count - 1]);
      const gaps = frames.filter(({ event }) => event === 'pubsub:gap').map(({ data }) => JSON.parse(data).payload);
      assert.ok(gaps.length > 0, 'what was left out is told');
      assert.equal(numbers.length + gaps.reduce((sum, { missed }) => sum + missed, 0), count);
      stream.stop();
    },
  },
  {
    name: 'Rust: filters by type, null among them, the gap, the typed snapshot, and what comes',
    async run({ direct, url, id }) {
      const before = await place(direct, 'parcels:moved', { parcelId: `${id}0`, stage: 'on_shelf', carrier: null, moves: 0 });
      await post(direct, 9, (index) => move(direct, `${id}${index + 1}`));
      const watching = rust(rustClient, [url, 'parcels', '--resume', before]);
      await watching.has(2);
      await move(direct, `${id}carried`, 'in_van', 'Ada');
      await move(direct, `${id}gone`, 'delivered');
      await move(direct, `${id}last`, 'in_van');
      await watching.until(() => watching.lines.some(({ moved }) => moved), () => `received ${JSON.stringify(watching.lines)}`);
      watching.stop();
      const [{ gap }, { shelf }, ...rest] = watching.lines;
      assert.deepEqual([gap.reason, gap.requested], ['retention', before]);
      assert.ok(shelf.parcelIds.includes(`${id}9`));
      const moved = rest.filter((line) => !line.live).map((line) => line.moved.parcelId.slice(id.length));
      assert.deepEqual(moved, ['last']);
    },
  },
  {
    name: 'Rust: on_gap = fail is an error with the gap, and an unknown filter one that names the others',
    async run({ direct, url }) {
      const before = await place(direct, 'bookings:made', { number: 0 });
      await post(direct, 6, (number) => direct.bookings.made.mutate({ number: number + 1 }));
      const failing = rust(rustClient, [url, 'bookings', '--resume', before]);
      await failing.has(1);
      assert.deepEqual([failing.lines[0].lost?.channel, failing.lines[0].lost?.missed], ['bookings', 2], JSON.stringify(failing.lines));
      const unknown = rust(rustClient, [url, 'unknown']);
      await unknown.has(1);
      assert.match(unknown.lines[0].error, /^BAD_REQUEST: .*`parcelId`/s);
    },
  },
];

/** Runs every scenario over every link that can do what it needs; `run(title, scenario, context)` counts. */
export async function runPolicies({ url, rustClient, only, run }) {
  const plainLink = links.find(({ calls }) => calls);
  const direct = plainLink.make(url).client;
  for (const link of links.filter(({ name }) => name.includes(only))) {
    let count = 0;
    const { client, close } = link.make(url);
    for (const scenario of policyScenarios.filter(({ needs }) => link[needs])) {
      count += 1;
      if (scenario.needs !== 'resumes' && scenario.needs !== 'consumes') {
        await run(`policies, ${link.name}`, scenario, { client });
        continue;
      }
      const proxy = await startProxy(url);
      const behind = link.make(proxy.url);
      await run(`policies, ${link.name}`, scenario, { direct, throughProxy: behind.client, make: link.make, proxy });
      behind.close();
      await proxy.stop();
    }
    close();
    console.log(`policies, ${link.name}: ${count} scenarios`);
  }
  if (only !== '' && !'others'.includes(only)) return;
  for (const scenario of otherScenarios(rustClient)) await run('policies', scenario, { direct, url });
}
