// The unmodified @trpc/client 11 against the example server: sends over HTTP, receives over SSE and over a WebSocket.
//
//   cargo run -p example-orders-events          # in one terminal
//   npm ci && npm start                         # in another; the server's URL may follow: npm start -- http://127.0.0.1:3000
import {
  createTRPCClient,
  createWSClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  wsLink,
} from '@trpc/client';
import { EventSource } from 'eventsource';
import { WebSocket } from 'ws';
import type { AppRouter } from '../../web/src/generated/trpc-v11';

const server = process.argv[2] ?? 'http://127.0.0.1:3000';
const url = `${server}/trpc`;

// Sends over HTTP, subscribes over SSE. Browsers need no `EventSource` here.
const overSse = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: (op) => op.type === 'subscription',
      true: httpSubscriptionLink({ url, EventSource }),
      false: httpBatchLink({ url }),
    }),
  ],
});

// Does both over one socket. Browsers need no `WebSocket` here.
const socket = createWSClient({ url: url.replace(/^http/, 'ws'), WebSocket: WebSocket as never });
const overWebSocket = createTRPCClient<AppRouter>({ links: [wsLink({ client: socket })] });

type Client = typeof overSse;

/** Subscribes, and resolves with a function that waits for the events of one order. */
async function watch(name: string, client: Client) {
  const received: string[] = [];
  let arrived = () => {};
  const subscription = await new Promise<{ unsubscribe(): void }>((resolve, reject) => {
    const opened = client.subscribe.subscribe(
      { channel: 'orders' },
      {
        onStarted: () => setImmediate(() => resolve(opened)),
        onError: reject,
        onData: ({ id, data: event }) => {
          switch (event.name) {
            case 'orders:created':
              console.log(`${name}: ${event.name} ${event.payload.orderId} for ${event.payload.total.toFixed(2)} (resume after ${id})`);
              received.push(`${event.name} ${event.payload.orderId}`);
              break;
            case 'orders:ingested':
              console.log(`${name}: ${event.name} ${event.payload.orderId}`);
              received.push(`${event.name} ${event.payload.orderId}`);
              break;
            case 'pubsub:gap':
              console.log(`${name}: ${event.payload.missed ?? 'some'} events are lost (${event.payload.reason})`);
              break;
            case 'pubsub:live':
              console.log(`${name}: caught up`);
              break;
          }
          arrived();
        },
      },
    );
  });
  return {
    unsubscribe: () => subscription.unsubscribe(),
    async has(...expected: string[]) {
      while (!expected.every((event) => received.includes(event))) {
        await new Promise<void>((resolve) => (arrived = resolve));
      }
    },
  };
}

const deadline = setTimeout(() => {
  console.error('not every event arrived within 15 s');
  process.exit(1);
}, 15_000);

const watches = [await watch('sse', overSse), await watch('websocket', overWebSocket)];
const [first, second] = ['a', 'b'].map((letter) => `node-v11-${letter}-${Date.now()}`) as [string, string];

// The typed procedure: the reply is exactly `{ ok: boolean }`.
const reply = await overSse.orders.created.mutate({ orderId: first, total: 100 });
console.log(`orders.created answers ok = ${reply.ok}`);

// The form of the specification, here over the socket.
const answer = await overWebSocket.sendEvent.mutate({
  name: 'orders:created',
  payload: { orderId: second, total: 12.5 },
});
console.log(`sendEvent answers ${answer.status}`);

for (const orders of watches) {
  await orders.has(`orders:created ${first}`, `orders:ingested ${first}`, `orders:created ${second}`, `orders:ingested ${second}`);
  orders.unsubscribe();
}
socket.close();
clearTimeout(deadline);
console.log('received everything over SSE and WebSocket');
