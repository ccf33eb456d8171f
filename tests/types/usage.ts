// Copied beside each client, whose `client.ts` says what its version calls things.
import { httpBatchLink, TRPCClientError } from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { createClient, type AppRouter, type ErrorOf } from '../client.js';
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

export async function idempotence() {
  await client.parcels.booked.mutate({ weight: 1, clientEventId: 'once' });
  await client.sendEvent.mutate({ name: 'parcels:booked', payload: { weight: 1 }, clientEventId: 'once' });
  // @ts-expect-error the id must be given
  await client.parcels.booked.mutate({ weight: 1 });
  // @ts-expect-error the id must be given
  await client.sendEvent.mutate({ name: 'parcels:booked', payload: { weight: 1 } });
  await client.parcels.fetched.mutate({ clientEventId: 'once' });
  // @ts-expect-error the id must be given
  await client.parcels.fetched.mutate({});
  await client.parcels.sent.mutate({ parcelNumber: 'p' });
  await client.sendEvent.mutate({ name: 'parcels:sent', payload: { parcelNumber: 'p' } });
  // @ts-expect-error the payload has the id
  await client.parcels.sent.mutate({ parcelNumber: 'p', clientEventId: 'once' });
  // @ts-expect-error the payload has the id
  await client.sendEvent.mutate({ name: 'parcels:sent', payload: { parcelNumber: 'p' }, clientEventId: 'once' });
}

export async function history() {
  const page = await client.orders.history.query();
  holds<Same<typeof page, E.HistoryPage<E.Channels['orders']>>>();
  const next: string | null = page.next;
  const prev: string | null = page.prev;
  await client.orders.history.query({ cursor: next ?? undefined, direction: 'backward', limit: 10 });
  const lost: number | undefined = page.gap?.missed;
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
  return [next, prev, channel, lost];
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
        case 'pubsub:live': event.payload.cursor.trim(); break;
        case 'pubsub:snapshot': {
          const channel: 'orders' = event.channel;
          event.payload.orderIds[0]?.trim();
          // @ts-expect-error no such member
          event.payload.total;
          void channel;
          break;
        }
        case 'pubsub:gap': {
          const lost: number | undefined = event.payload.missed;
          holds<Same<typeof event.payload.certain, false | undefined>>();
          if (['no_history', 'unknown_consumer', 'unconfirmed'].includes(event.payload.reason)) return;
          if (event.payload.reason === 'unconfirmed') return;
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
      // @ts-expect-error of plain event streams only; these clients hear of it in onError
      if (event.name === 'pubsub:error') return;
      void id;
    },
    onError(error) {
      const issue: string | undefined = error.data?.issues?.[0]?.message;
      const lost: E.PubSubGap | undefined = error.data?.gap;
      if (lost?.reason === 'no_history') lost.resumeFrom.trim();
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
  client.catalog.subscribe.subscribe({ system: false }, {
    onData(item) {
      if (item.data.name === 'pubsub:live') item.data.payload.cursor.trim();
      // @ts-expect-error this channel has no snapshot
      if (item.data.name === 'pubsub:snapshot') return;
    },
  });
  client.orders.subscribe.subscribe({ lastEventId: 'x' }, {});
  // @ts-expect-error nobody may subscribe to it
  client.subscribe.subscribe({ channel: 'control' }, {});
  // @ts-expect-error a channel is needed
  client.subscribe.subscribe({}, {});
}

export function starts(channel: E.ChannelNames, channels: E.ChannelNames[]) {
  client.orders.subscribe.subscribe({ from: 'earliest' }, {});
  client.orders.subscribe.subscribe({ from: 'now', consumer: 'screen 3', system: false }, {});
  client.notes.subscribe.subscribe({ since: '2026-01-01T00:00:00Z' }, {});
  client.subscribe.subscribe({ channel, from: 'earliest' }, {});
  client.subscribe.subscribe({ channel: channels, since: '2026-01-01T00:00:00Z', consumer: 'screen 3' }, {});
  client.subscribe.subscribe({ channel: ['orders', 'notes'] as const, lastEventId: 'c1.x' }, {});
  // @ts-expect-error no such start
  client.orders.subscribe.subscribe({ from: 'latest' }, {});
  // @ts-expect-error a moment is text
  client.orders.subscribe.subscribe({ since: new Date() }, {});
  // @ts-expect-error a name is text
  client.subscribe.subscribe({ channel, consumer: 3 }, {});
  // @ts-expect-error no such member
  client.subscribe.subscribe({ channel, offset: 3 }, {});
  // @ts-expect-error no such channel
  client.subscribe.subscribe({ channel: ['orders', 'order'] }, {});
}

export function filters(ids: string[], frozen: readonly string[], wrong: { orderId: number }) {
  client.orders.subscribe.subscribe({ filters: { orderId: 'a' } }, {});
  client.orders.subscribe.subscribe({ filters: { orderId: ids, paidBy: ['card', 'invoice'] }, from: 'earliest' }, {});
  client.orders.subscribe.subscribe({ filters: { orderId: frozen, paidBy: 'card' } }, {});
  client.orders.subscribe.subscribe({ filters: {} }, {});
  client.catalog.subscribe.subscribe({ filters: { times: [1, 2] } }, {});
  client.subscribe.subscribe({ channel: 'orders', filters: { orderId: 'a' } }, {});
  client.subscribe.subscribe({ channel: 'catalog', filters: { times: 1 } }, {});
  client.subscribe.subscribe({ channel: ['orders', 'catalog'], filters: { orderId: 'a', times: 1 } }, {});
  client.subscribe.subscribe({ channel: ['orders', 'notes'], filters: { orderId: ['a', 'b'] } }, {});
  // @ts-expect-error of another type
  client.orders.subscribe.subscribe({ filters: { orderId: 1 } }, {});
  // @ts-expect-error a list of another type
  client.orders.subscribe.subscribe({ filters: { orderId: ['a', 1] } }, {});
  // @ts-expect-error no such means
  client.orders.subscribe.subscribe({ filters: { paidBy: 'cash' } }, {});
  client.orders.subscribe.subscribe({ filters: { paidBy: [null, 'card'] } }, {});
  // @ts-expect-error never null
  client.orders.subscribe.subscribe({ filters: { orderId: null } }, {});
  // @ts-expect-error a member that is no filter
  client.orders.subscribe.subscribe({ filters: { total: 1 } }, {});
  // @ts-expect-error a filter of another channel
  client.orders.subscribe.subscribe({ filters: { times: 1 } }, {});
  // @ts-expect-error a channel without filters
  client.notes.subscribe.subscribe({ filters: { orderId: 'a' } }, {});
  // @ts-expect-error a channel without filters
  client.subscribe.subscribe({ channel: 'notes', filters: { orderId: 'a' } }, {});
  // @ts-expect-error a filter of another channel
  client.subscribe.subscribe({ channel: 'orders', filters: { times: 1 } }, {});
  // @ts-expect-error of another type
  client.subscribe.subscribe({ channel: 'orders', filters: { orderId: 1 } }, {});
  // @ts-expect-error of another type, through a variable
  client.subscribe.subscribe({ channel: 'orders', filters: wrong }, {});
  // @ts-expect-error no channel has it
  client.subscribe.subscribe({ channel: ['orders', 'catalog'], filters: { colour: 'red' } }, {});
  // @ts-expect-error of another type
  client.subscribe.subscribe({ channel: ['orders', 'catalog'], filters: { times: 'one' } }, {});
}

/** What a plain `EventSource` gives. */
export function plain(source: { addEventListener(name: string, listen: (message: { data: string }) => void): void }) {
  source.addEventListener('pubsub:error', (message) => {
    const { error } = JSON.parse(message.data) as E.ErrorEvent;
    const status: number = error.data.httpStatus;
    const missed: number | undefined = error.data.gap?.missed;
    return [status, missed, error.data.issues?.[0]?.path, error.message];
  });
  source.addEventListener('pubsub:snapshot', (message) => {
    const snapshot = JSON.parse(message.data) as E.Snapshots['orders'];
    return snapshot.payload.orderIds;
  });
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

/** What one event's failure tells is the error of its action, and of no other. */
export function errorsOfOneEvent(cause: unknown) {
  const created = cause as TRPCClientError<ErrorOf<'orders:created'>>;
  const event = created.data?.event;
  switch (event?.type) {
    case 'too_many':
      return event.limit.toFixed();
    case 'sold_out':
      // @ts-expect-error another variant's
      return event.limit;
    // @ts-expect-error no such error
    case 'broken':
      return '';
    default: {
      const none: undefined = event;
      void none;
    }
  }
  const status: number | undefined = created.data?.httpStatus;
  const silent = cause as TRPCClientError<ErrorOf<'control:ping'>>;
  holds<Same<NonNullable<typeof silent.data>['event'], undefined>>();
  return [status, created.data?.issues?.[0]?.message, silent.data?.code];
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
holds<Same<E.EventReply<'parcels:fetched'>, null>>();
holds<Same<E.EventReply<'control:count-levels'>, { Low?: number; High?: number }>>();
holds<Same<E.EventInput<'orders:ingested'>, never>>();
holds<Same<E.EventPayload<'control:ping'>, never>>();
holds<Same<E.EventErrors, E.OrderError>>();
holds<Same<E.ChannelNames, 'orders' | 'catalog' | 'notes'>>();
holds<Same<E.Events['catalog:category']['payload'], E.Category>>();
void inferred;
holds<Same<E.Snapshots['catalog'], never>>();
holds<Same<keyof E.Filters, 'orders' | 'catalog'>>();
holds<Same<E.Filters['orders']['paidBy'], E.Means | null | readonly (E.Means | null)[] | undefined>>();
