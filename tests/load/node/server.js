// The orders server of the load comparison, on @trpc/server: what the tRPC documentation recommends for subscriptions
// (an EventEmitter, `on()` with the request's signal, `tracked()` ids), with validation by zod and resume from a short history.
import { randomUUID } from 'node:crypto';
import { EventEmitter, on } from 'node:events';
import { createServer } from 'node:http';
import { initTRPC, tracked } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { WebSocketServer } from 'ws';
import { z } from 'zod';

const HISTORY_LENGTH = 1_000;
const ORDERS_KEPT = 10_000;

const t = initTRPC.create({
  sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 45_000 } },
});

// One emitter for all subscribers: more listeners than the default warning expects.
const bus = new EventEmitter();
bus.setMaxListeners(0);
const history = { orders: [], ops: [] };
const orders = new Map();

const OrderCreated = z.object({ orderId: z.string().min(1).max(256), total: z.number() });

function publish(channel, name, payload) {
  const envelope = { id: randomUUID(), name, channel, payload, timestamp: new Date().toISOString() };
  const events = history[channel];
  events.push(envelope);
  if (events.length > HISTORY_LENGTH) events.shift();
  bus.emit(channel, envelope);
  return envelope;
}

/** Stores the order and tells everybody; what it emits goes to the channel of the operators. */
function created(order) {
  if (orders.size >= ORDERS_KEPT) orders.delete(orders.keys().next().value);
  orders.set(order.orderId, order);
  return { result: { ok: true }, emits: [['ops', 'ops:ingested', { orderId: order.orderId }]] };
}

const appRouter = t.router({
  sendEvent: t.procedure
    .input(z.object({ name: z.literal('orders:created'), payload: OrderCreated, clientEventId: z.string().optional() }))
    .mutation(({ input }) => {
      const { result, emits } = created(input.payload);
      const sent = publish('orders', input.name, input.payload);
      const emitted = emits.map((event) => publish(...event));
      return { status: 'ok', result, emittedEvents: [sent, ...emitted] };
    }),
  orders: t.router({
    subscribe: t.procedure
      .input(z.object({ lastEventId: z.string().nullish() }).optional())
      .subscription(async function* ({ input, signal }) {
        // Listens before it replays, so that nothing falls between the two.
        const live = on(bus, 'orders', { signal });
        if (input?.lastEventId) {
          const last = history.orders.findIndex((envelope) => envelope.id === input.lastEventId);
          for (const envelope of history.orders.slice(last + 1)) yield tracked(envelope.id, envelope);
        }
        for await (const [envelope] of live) yield tracked(envelope.id, envelope);
      }),
  }),
});

const handler = createHTTPHandler({ router: appRouter, basePath: '/trpc/', maxBodySize: 262_144 });
const server = createServer(handler);
const wss = new WebSocketServer({ server, path: '/trpc', maxPayload: 262_144, perMessageDeflate: false });
applyWSSHandler({ wss, router: appRouter });

server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));
