// The unmodified @trpc/client 10 against the example server: sends over HTTP, receives over a WebSocket.
//
//   cargo run -p example-orders-events          # in one terminal
//   npm ci && npm start                         # in another; the server's URL may follow: npm start -- http://127.0.0.1:3000
import { createTRPCProxyClient, createWSClient, httpBatchLink, splitLink, wsLink } from '@trpc/client';
import { WebSocket } from 'ws';
import type { AppRouter } from '../../web/src/generated/trpc-v10';

const server = process.argv[2] ?? 'http://127.0.0.1:3000';
const url = `${server}/trpc`;

// Version 10 has no SSE; subscriptions go over a WebSocket.
const socket = createWSClient({ url: url.replace(/^http/, 'ws'), WebSocket: WebSocket as never });
const client = createTRPCProxyClient<AppRouter>({
  links: [
    splitLink({
      condition: (op) => op.type === 'subscription',
      true: wsLink({ client: socket }),
      false: httpBatchLink({ url }),
    }),
  ],
});

const deadline = setTimeout(() => {
  console.error('not every event arrived within 15 s');
  process.exit(1);
}, 15_000);

const received: string[] = [];
let arrived = () => {};
const subscription = await new Promise<{ unsubscribe(): void }>((resolve, reject) => {
  const opened = client.subscribe.subscribe(
    { channel: 'orders' },
    {
      onStarted: () => setImmediate(() => resolve(opened)),
      onError: reject,
      // The same items as for version 11: the place to resume after, and the event.
      onData: ({ id, data: event }) => {
        if (event.name === 'orders:created') {
          console.log(`websocket: ${event.name} ${event.payload.orderId} for ${event.payload.total.toFixed(2)} (resume after ${id})`);
          received.push(`${event.name} ${event.payload.orderId}`);
        } else if (event.name === 'orders:ingested') {
          console.log(`websocket: ${event.name} ${event.payload.orderId}`);
          received.push(`${event.name} ${event.payload.orderId}`);
        } else if (event.name === 'pubsub:gap') {
          console.log(`websocket: ${event.payload.missed ?? 'some'} events are lost (${event.payload.reason})`);
        } else if (event.name === 'pubsub:live') {
          console.log('websocket: caught up');
        }
        arrived();
      },
    },
  );
});

const [first, second] = ['a', 'b'].map((letter) => `node-v10-${letter}-${Date.now()}`) as [string, string];

// The typed procedure: the reply is exactly `{ ok: boolean }`.
const reply = await client.orders.created.mutate({ orderId: first, total: 100 });
console.log(`orders.created answers ok = ${reply.ok}`);

// The form of the specification.
const answer = await client.sendEvent.mutate({ name: 'orders:created', payload: { orderId: second, total: 12.5 } });
console.log(`sendEvent answers ${answer.status}`);

const expected = [first, second].flatMap((order) => [`orders:created ${order}`, `orders:ingested ${order}`]);
while (!expected.every((event) => received.includes(event))) {
  await new Promise<void>((resolve) => (arrived = resolve));
}
subscription.unsubscribe();
socket.close();
clearTimeout(deadline);
console.log('received everything over WebSocket');
