// One list of scenarios; each runs over every link that can do what it needs.
import assert from 'node:assert/strict';
import { watch } from './watch.mjs';

const order = (orderId, total = 10) => ({ orderId, total });
const sent = (orderId, total) => ({ name: 'orders:created', payload: order(orderId, total) });

/** The error that a call ends with, which must have been made from the server's error shape. */
async function failure(call) {
  const error = await call.then((value) => assert.fail(`answered ${JSON.stringify(value)}`), (error) => error);
  assert.ok(error.data, `an error without a shape: ${error}`);
  return error;
}

function assertError(error, code, httpStatus, path) {
  const { data } = error;
  assert.deepEqual([data.code, data.httpStatus, data.path], [code, httpStatus, path], error.message);
}

export const scenarios = [
  {
    name: 'an event that is sent is answered with the reply and what was emitted',
    needs: 'calls',
    async run({ client, id }) {
      const answer = await client.sendEvent.mutate(sent(`${id}a`, 12.5));
      assert.equal(answer.status, 'ok');
      assert.deepEqual(answer.result, { ok: true });
      const names = answer.emittedEvents.map((envelope) => `${envelope.name} ${envelope.payload.orderId}`);
      assert.ok(names.includes(`orders:ingested ${id}a`), names.join(', '));
    },
  },
  {
    name: 'a typed mutation is answered with the reply alone',
    needs: 'calls',
    async run({ client, id }) {
      assert.deepEqual(await client.orders.created.mutate(order(`${id}a`)), { ok: true });
      assert.deepEqual(await client.orders.created.mutate(order(`${id}a`)), { ok: false });
    },
  },
  {
    name: 'text of any kind comes back as it was sent',
    needs: 'calls',
    async run({ client, id }) {
      const orderId = `${id} ü ✓ 😀 "quoted" \\ + % & # / ? \u2028 end`;
      await client.sendEvent.mutate(sent(orderId));
      const events = await client.fetchHistory.query({ channel: ['orders'], limit: 2 });
      assert.ok(events.some(({ payload }) => payload.orderId === orderId), JSON.stringify(events));
    },
  },
  {
    name: 'history is the array of envelopes, oldest first, as many as were asked for',
    needs: 'calls',
    async run({ client, id }) {
      const before = await client.sendEvent.mutate(sent(`${id}a`));
      await client.sendEvent.mutate(sent(`${id}b`));
      const since = before.emittedEvents[0].id;
      const events = await client.fetchHistory.query({ channel: 'orders', since, limit: 2 });
      assert.equal(events.length, 2);
      for (const { id, name, channel, timestamp } of events) {
        assert.match(id, /^[0-9a-f-]{36}$/);
        assert.match(name, /^orders:/);
        assert.equal(channel, 'orders');
        assert.equal(new Date(timestamp).toISOString(), timestamp);
      }
      const page = await client.orders.history.query({ limit: 3 });
      assert.equal(page.events.length, 3);
      assert.equal(typeof page.next, 'string');
    },
  },
  {
    name: 'calls of one tick get each its own answer, failures among them',
    needs: 'calls',
    async run({ client, id }) {
      const calls = Array.from({ length: 7 }, (_, index) =>
        client.orders.created.mutate(order(`${id}${index}`, index === 3 ? 'three' : index)));
      calls.push(client.sendEvent.mutate(sent(`${id}last`)));
      const results = await Promise.allSettled(calls);
      const summary = results.map(({ value, reason }) => reason?.data?.code ?? value.status ?? value.ok);
      assert.deepEqual(summary, [true, true, true, 'BAD_REQUEST', true, true, true, 'ok']);
      const queries = [{ channel: 'orders', limit: 1 }, { channel: 'nowhere' }, { channel: 'ops', limit: 1 }];
      const answers = await Promise.allSettled(queries.map((input) => client.fetchHistory.query(input)));
      assert.deepEqual(answers.map(({ value, reason }) => reason?.data?.code ?? value.length), [1, 'NOT_FOUND', 0]);
    },
  },
  {
    name: 'a payload that does not fit names the field',
    needs: 'calls',
    async run({ client, id }) {
      const wrong = { orderId: `${id}a`, total: 'ten' };
      const error = await failure(client.orders.created.mutate(wrong));
      assertError(error, 'BAD_REQUEST', 400, 'orders.created');
      const [issue] = JSON.parse(error.message);
      assert.deepEqual(issue.path, ['total']);
      assert.equal(typeof issue.message, 'string');
      const sending = await failure(client.sendEvent.mutate({ name: 'orders:created', payload: wrong }));
      assertError(sending, 'BAD_REQUEST', 400, 'sendEvent');
    },
  },
  {
    name: 'what does not exist, or may not be sent, is refused by name',
    needs: 'calls',
    async run({ client, id }) {
      assertError(await failure(client.nope.query()), 'NOT_FOUND', 404, 'nope');
      assertError(await failure(client.orders.nope.mutate({})), 'NOT_FOUND', 404, 'orders.nope');
      assertError(await failure(client.sendEvent.mutate({ name: 'orders:nope', payload: {} })), 'NOT_FOUND', 404, 'sendEvent');
      const serverSent = { name: 'orders:ingested', payload: { orderId: id } };
      const error = await failure(client.sendEvent.mutate(serverSent));
      assert.ok(error.data.httpStatus >= 400 && error.data.httpStatus < 500, error.message);
    },
  },
  {
    name: 'a query by POST is refused unless the server allows it, and mutations work',
    needs: 'overrides',
    async run({ client, id }) {
      assert.deepEqual(await client.orders.created.mutate(order(`${id}a`)), { ok: true });
      assertError(await failure(client.fetchHistory.query({ channel: 'orders' })), 'METHOD_NOT_SUPPORTED', 405, 'fetchHistory');
    },
  },
  {
    name: 'a subscriber receives what is sent and what the action emits, in order',
    needs: 'subscriptions',
    async run({ client, id }) {
      const watching = watch(client.subscribe, { channel: 'orders' });
      await watching.whenStarted();
      await client.sendEvent.mutate(sent(`${id}a`, 7));
      await client.orders.created.mutate(order(`${id}b`));
      await watching.expect(id, ['orders:created a', 'orders:ingested a', 'orders:created b', 'orders:ingested b']);
      assert.equal(watching.events.find(({ payload }) => payload.orderId === `${id}a`).payload.total, 7);
      watching.stop();
    },
  },
  {
    name: 'two subscriptions of one client are independent',
    needs: 'subscriptions',
    async run({ client, id }) {
      const [first, second] = [watch(client.orders.subscribe, undefined), watch(client.subscribe, { channel: ['orders', 'ops'] })];
      await Promise.all([first.whenStarted(), second.whenStarted()]);
      await client.orders.created.mutate(order(`${id}a`));
      await Promise.all([first, second].map((watching) => watching.expect(id, ['orders:created a', 'orders:ingested a'])));
      first.stop();
      await client.orders.created.mutate(order(`${id}b`));
      await second.expect(id, ['orders:created a', 'orders:ingested a', 'orders:created b', 'orders:ingested b']);
      assert.equal(first.of(id).length, 2);
      second.stop();
    },
  },
  {
    name: 'a subscription from the oldest event, or since a moment, begins with what was sent before',
    needs: 'subscriptions',
    async run({ client, id }) {
      const { emittedEvents } = await client.sendEvent.mutate(sent(`${id}a`));
      const { timestamp } = emittedEvents[0];
      for (const start of [{ from: 'earliest' }, { since: timestamp }]) {
        const watching = watch(client.orders.subscribe, start);
        await watching.expect(id, ['orders:created a', 'orders:ingested a']);
        watching.stop();
      }
      const now = watch(client.orders.subscribe, { from: 'now' });
      await now.whenStarted();
      await client.orders.created.mutate(order(`${id}b`));
      await now.expect(id, ['orders:created b', 'orders:ingested b']);
      now.stop();
      for (const start of [{ from: 'yesterday' }, { since: 'yesterday' }]) {
        assertError(await watch(client.orders.subscribe, start).whenFailed(), 'BAD_REQUEST', 400, 'orders.subscribe');
      }
    },
  },
  {
    name: 'the newest subscription of a consumer takes over, and the one before ends with CONFLICT',
    needs: 'consumes',
    async run({ client, id }) {
      const consumer = `${id}consumer`;
      const first = watch(client.orders.subscribe, { consumer });
      await first.whenStarted();
      await client.orders.created.mutate(order(`${id}a`));
      await first.until(() => first.of(id).length === 2, () => 'the order did not come');
      const second = watch(client.orders.subscribe, { consumer });
      await second.whenStarted();
      assertError(await first.whenFailed(), 'CONFLICT', 409, 'orders.subscribe');
      await client.orders.created.mutate(order(`${id}b`));
      await second.until(() => second.of(id).includes('orders:ingested b'), () => 'the next order did not come');
      second.stop();
    },
  },
  {
    name: 'a subscription that cannot be served fails with the reason',
    needs: 'subscriptions',
    async run({ client }) {
      const unknown = watch(client.subscribe, { channel: 'nowhere' });
      assertError(await unknown.whenFailed(), 'NOT_FOUND', 404, 'subscribe');
      const filter = watch(client.subscribe, { channel: 'orders', filters: { nothing: 1 } });
      assertError(await filter.whenFailed(), 'BAD_REQUEST', 400, 'subscribe');
    },
  },
  {
    name: 'a subscriber whose connection is cut goes on without loss, twice or gap',
    needs: 'resumes',
    async run({ direct, throughProxy, proxy, id }) {
      const watching = watch(throughProxy.orders.subscribe, undefined);
      await watching.whenStarted();
      await direct.orders.created.mutate(order(`${id}a`));
      await watching.expect(id, ['orders:created a', 'orders:ingested a']);
      proxy.cut();
      await direct.orders.created.mutate(order(`${id}b`));
      proxy.release();
      const before = ['orders:created a', 'orders:ingested a', 'orders:created b', 'orders:ingested b'];
      await watching.expect(id, before);
      await direct.orders.created.mutate(order(`${id}c`));
      await watching.expect(id, [...before, 'orders:created c', 'orders:ingested c']);
      watching.stop();
    },
  },
];
