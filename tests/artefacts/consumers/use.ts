// Copied into a folder of ECMAScript modules and one of CommonJS, for each client.
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import type { ChannelEvent, EventInput, EventPayload } from 'types-events/client';
import type { AppRouter } from 'types-events/client/trpc-v11';
import { asyncapi, manifest, schemas } from 'types-events/server';

const client = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: 'http://127.0.0.1/trpc' })] });

export async function send(order: EventInput<'orders:created'>): Promise<boolean> {
  const ack = await client.orders.created.mutate(order);
  // @ts-expect-error total is a number
  await client.orders.created.mutate({ orderId: 'a', total: '1' });
  // @ts-expect-error no such event
  client.orders.create;
  const answer = await client.sendEvent.mutate({ name: 'orders:created', payload: order });
  const cursor: string | undefined = answer.cursor;
  return ack.ok && cursor !== undefined;
}

export function receive(seen: (event: ChannelEvent<'orders'>) => void): void {
  client.orders.subscribe.subscribe({ filters: { orderId: 'a' } }, {
    onData({ data: event }) {
      seen(event);
      if (event.name === 'orders:created') total(event.payload);
      // @ts-expect-error no such event
      if (event.name === 'orders:deleted') return;
    },
    onError(error) {
      const event = error.data?.event;
      if (event?.type === 'too_many') event.limit.toFixed();
    },
  });
}

export function total(order: EventPayload<'orders:created'>): number {
  // @ts-expect-error no such member
  order.colour;
  return order.lines.reduce((sum, line) => sum + line.quantity, order.total);
}

export const names: string[] = manifest.events.map((event) => event.name);
export const input = schemas.events['orders:created']?.input;
export const version: string = asyncapi.asyncapi;
// @ts-expect-error what is declared is only read
manifest.manifestVersion = 2;
