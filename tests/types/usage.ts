// Copied beside each client, whose `client.ts` says what its version calls things.
import { httpBatchLink, TRPCClientError } from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { createClient, type AppRouter } from '../client.js';
import type * as E from './events-client.js';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): void => {};

const client = createClient<AppRouter>({ links: [httpBatchLink({ url: 'http://127.0.0.1/trpc' })] });

export async function mutations() {
  const ack = await client.orders.created.mutate({ orderId: 'a', total: 1 });
  holds<Same<typeof ack, { ok: boolean }>>();
  await client.orders.created.mutate({ orderId: 'a', total: 1, lines: [{ sku: 's' }], clientEventId: 'once' });
  // @ts-expect-error total is a number
  await client.orders.created.mutate({ orderId: 'a', total: '1' });
  // @ts-expect-error total is missing
  await client.orders.created.mutate({ orderId: 'a' });
  // @ts-expect-error no such field
  await client.orders.created.mutate({ orderId: 'a', total: 1, colour: 'red' });
  // @ts-expect-error the id is a string
  await client.orders.created.mutate({ orderId: 'a', total: 1, clientEventId: 1 });

  const pong = await client.control.ping.mutate(null);
  holds<Same<typeof pong, null>>();
  const level = await client.control['set-level'].mutate('Low');
  holds<Same<typeof level, 'Low' | 'High'>>();
  // @ts-expect-error no such level
  await client.control['set-level'].mutate('Middle');
  // @ts-expect-error server-sent only
  client.orders.ingested;
  // @ts-expect-error nobody may subscribe
  client.control.subscribe;
  // @ts-expect-error nobody may read its history
  client.control.history;

  const sent = await client.sendEvent.mutate({ name: 'orders:created', payload: { orderId: 'a', total: 1 }, clientEventId: 'x' });
  holds<Same<typeof sent.status, 'ok' | 'duplicate' | 'queued'>>();
  const cursor: string | undefined = sent.cursor;
  const emitted: 'orders:ingested' | undefined = sent.emittedEvents?.[0]?.name;
  const orderId: string | undefined = sent.emittedEvents?.[0]?.payload.orderId;
  await client.sendEvent.mutate({ name: 'control:ping', payload: null });
  // @ts-expect-error payload of another event
  await client.sendEvent.mutate({ name: 'orders:created', payload: 'Low' });
  // @ts-expect-error clients may not send it
  await client.sendEvent.mutate({ name: 'orders:ingested', payload: { orderId: 'a' } });
  // @ts-expect-error no such event
  await client.sendEvent.mutate({ name: 'orders:create', payload: { orderId: 'a', total: 1 } });
  return [cursor, emitted, orderId];
}

export async function history() {
  const page = await client.orders.history.query();
  const next: string | null = page.next;
  const prev: string | null = page.prev;
  await client.orders.history.query({ cursor: next ?? undefined, direction: 'backward', limit: 10 });
  // @ts-expect-error no such direction
  await client.orders.history.query({ direction: 'up' });
  for (const event of page.events) {
    if (event.name === 'orders:created') event.payload.lines[0]?.quantity.toFixed();
    // @ts-expect-error system events are not stored
    if (event.name === 'pubsub:gap') return;
  }
  const events = await client.fetchHistory.query({ channel: ['orders', 'catalog'], since: '2026-01-01T00:00:00Z', limit: 5 });
  const channel: 'orders' | 'catalog' | undefined = events[0]?.channel;
  // @ts-expect-error no such channel
  await client.fetchHistory.query({ channel: 'order' });
  return [next, prev, channel];
}

export function subscriptions() {
  client.subscribe.subscribe({ channel: 'orders', lastEventId: null, cursor: 'c1.x' }, {
    onData(item) {
      const id: string = item.id;
      const event = item.data;
      switch (event.name) {
        case 'orders:created': event.payload.total.toFixed(); break;
        case 'orders:ingested': event.payload.orderId.trim(); break;
        case 'orders:changed.v2':
          if (event.payload.status === 'shipped') event.payload.parcel.trim();
          // @ts-expect-error no such status
          if (event.payload.status === 'lost') return;
          break;
        case 'catalog:category': event.payload.children?.[0]?.children?.[0]?.name.trim(); break;
        case 'catalog:seen': event.payload.order.items[0]?.sku.trim(); break;
        case 'pubsub:ready': event.payload.cursor.trim(); break;
        case 'pubsub:gap': {
          const lost: number | undefined = event.payload.missed;
          if (event.payload.reason === 'slow_consumer') return;
          // @ts-expect-error no such reason
          if (event.payload.reason === 'boredom') return;
          void lost;
          break;
        }
        default: {
          const none: never = event;
          void none;
        }
      }
      // @ts-expect-error no such event
      if (event.name === 'orders:created.v2') return;
      void id;
    },
    onError(error) {
      const issue: string | undefined = error.data?.issues?.[0]?.message;
      if (error.data?.event?.type === 'too_many') error.data.event.limit.toFixed();
      // @ts-expect-error no such error
      if (error.data?.event?.type === 'broken') return;
      void issue;
    },
  });
  client.orders.subscribe.subscribe(undefined, {
    onData(item) {
      // @ts-expect-error an event of another channel
      if (item.data.name === 'catalog:category') return;
      if (item.data.name === 'pubsub:gap') item.data.payload.resumeFrom.trim();
    },
  });
  client.orders.subscribe.subscribe({ lastEventId: 'x' }, {});
  // @ts-expect-error nobody may subscribe to it
  client.subscribe.subscribe({ channel: 'control' }, {});
  // @ts-expect-error a channel is needed
  client.subscribe.subscribe({}, {});
}

export async function errors() {
  try {
    await client.orders.created.mutate({ orderId: 'a', total: 1 });
  } catch (cause) {
    if (cause instanceof TRPCClientError) {
      const error = cause as TRPCClientError<AppRouter>;
      const code: string | undefined = error.data?.code;
      const path: (string | number)[] | undefined = error.data?.issues?.[0]?.path;
      const sold: boolean = error.data?.event?.type === 'sold_out';
      return [code, path, sold];
    }
  }
  return [];
}

type Inputs = inferRouterInputs<AppRouter>;
type Outputs = inferRouterOutputs<AppRouter>;
holds<Same<Outputs['orders']['created'], { ok: boolean }>>();
holds<Same<Inputs['control']['ping'], null>>();
const inferred: Inputs['orders']['created'] = { orderId: 'a', total: 1 };

holds<Same<E.EventPayload<'orders:created'>['lines'], E.Line[]>>();
holds<Same<E.EventInput<'orders:created'>['lines'], E.LineInput[] | undefined>>();
holds<Same<E.EventReply<'orders:created'>, E.OrderAck>>();
holds<Same<E.EventReply<'catalog:category'>, null>>();
holds<Same<E.EventInput<'orders:ingested'>, never>>();
holds<Same<E.EventPayload<'control:ping'>, never>>();
holds<Same<E.EventErrors, E.OrderError>>();
holds<Same<E.ChannelNames, 'orders' | 'catalog'>>();
holds<Same<E.Events['catalog:category']['payload'], E.Category>>();
void inferred;
