// Scenarios of the plain event stream, over the npm package `eventsource` (the browser's interface) and fetch.
import assert from 'node:assert/strict';
import { EventSource } from 'eventsource';
import { Watch } from './watch.mjs';

const NAMES = ['orders:created', 'orders:ingested', 'pubsub:ready', 'pubsub:gap'];

function open(url) {
  const watching = new Watch();
  const source = new EventSource(url);
  watching.ids = [];
  for (const name of NAMES) {
    source.addEventListener(name, (event) => {
      const envelope = JSON.parse(event.data);
      watching.ids.push({ name, id: event.lastEventId, envelope: envelope.id });
      watching.started ||= name === 'pubsub:ready';
      watching.received(envelope);
    });
  }
  source.addEventListener('error', (event) => {
    if (event.code === undefined) return; // A cut connection: it comes again by itself.
    watching.error = new Error(`${event.code} ${event.message}`);
    watching.changed();
  });
  watching.stop = () => source.close();
  return watching;
}

export const eventSourceScenarios = [
  {
    name: 'events arrive under their names, with their own ids, after pubsub:ready',
    async run({ direct, url, id }) {
      const watching = open(`${url}/events?channel=orders`);
      await watching.whenStarted();
      await direct.orders.created.mutate({ orderId: `${id}a`, total: 1 });
      await watching.expect(id, ['orders:created a', 'orders:ingested a']);
      assert.equal(watching.ids[0].name, 'pubsub:ready');
      for (const { name, id, envelope } of watching.ids.slice(1)) assert.equal(id, envelope, name);
      watching.stop();
    },
  },
  {
    name: 'a cut stream goes on without loss, twice or gap',
    async run({ direct, proxy, id }) {
      const watching = open(`${proxy.url}/events?channel=orders`);
      await watching.whenStarted();
      await direct.orders.created.mutate({ orderId: `${id}a`, total: 1 });
      await watching.expect(id, ['orders:created a', 'orders:ingested a']);
      proxy.cut();
      await direct.orders.created.mutate({ orderId: `${id}b`, total: 1 });
      proxy.release();
      await watching.expect(id, ['orders:created a', 'orders:ingested a', 'orders:created b', 'orders:ingested b']);
      watching.stop();
    },
  },
  {
    name: 'an id that is not known is told as a gap before the next event',
    async run({ direct, url, id }) {
      const watching = open(`${url}/events?channel=orders&lastEventId=00000000-0000-4000-8000-000000000000`);
      await watching.until(() => watching.gaps.length > 0, () => 'no gap was reported');
      assert.equal(watching.gaps[0].payload.reason, 'unknown_id');
      watching.stop();
    },
  },
  {
    name: 'the head of the stream is that of the specification, and refusals are JSON',
    async run({ url }) {
      const abort = new AbortController();
      const stream = await fetch(`${url}/events?channel=orders`, { signal: abort.signal });
      assert.equal(stream.status, 200);
      assert.equal(stream.headers.get('content-type').split(';')[0], 'text/event-stream');
      assert.match(stream.headers.get('cache-control'), /no-cache/);
      abort.abort();
      for (const [query, status] of [['', 400], ['?channel=nowhere', 404]]) {
        const refused = await fetch(`${url}/events${query}`);
        assert.equal(refused.status, status, query);
        assert.equal(refused.headers.get('content-type'), 'application/json');
        assert.equal(typeof (await refused.json()).error.message, 'string');
      }
    },
  },
];
