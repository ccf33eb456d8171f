// A screen at the depot: every policy of a channel, as a front end meets it. Copied beside each client's `client.ts`.
import { httpBatchLink, TRPCClientError } from '@trpc/client';
import { createClient, type AppRouter } from './client.js';
import type * as E from './events-client.js';

const client = createClient<AppRouter>({ links: [httpBatchLink({ url: 'http://127.0.0.1/trpc' })] });

/** Keeps what is on the shelf; a WebSocket client of v10 gives its name, so that it goes on where it was. */
export function shelf(screen: string, stages: readonly E.Stage[]) {
  const onShelf = new Set<string>();
  let lost: number | undefined;
  const subscription = client.parcels.subscribe.subscribe(
    { consumer: screen, filters: { stage: stages, carrier: [null, 'Ada'], moves: 1 }, system: false },
    {
      onData({ id, data: event }) {
        id.trim();
        switch (event.name) {
          case 'parcels:moved':
            if (event.payload.stage === 'on_shelf') onShelf.add(event.payload.parcelId);
            else onShelf.delete(event.payload.parcelId);
            event.payload.carrier?.trim();
            break;
          case 'pubsub:gap': lost = event.payload.missed; break;
          case 'pubsub:snapshot':
            onShelf.clear();
            for (const parcelId of event.payload.parcelIds) onShelf.add(parcelId);
            break;
          case 'pubsub:ready':
          case 'pubsub:live': break;
          default: { const none: never = event; void none; }
        }
      },
    },
  );
  return { subscription, onShelf, lost: () => lost };
}

/** Goes on with what is retained after a loss, and says so. */
export function bookings(tell: (missed: number | undefined) => void, cursor?: string): void {
  client.bookings.subscribe.subscribe({ cursor: cursor ?? null }, {
    onData({ data: event }) {
      if (event.name === 'bookings:made') event.payload.number.toFixed();
      // @ts-expect-error this channel has no snapshot
      if (event.name === 'pubsub:snapshot') return;
    },
    onError(error) {
      const gap = error.data?.gap;
      if (!gap) return;
      tell(gap.missed);
      bookings(tell, gap.resumeFrom);
    },
  });
}

export function rides(cursor: string) {
  client.rides.subscribe.subscribe({ cursor, filters: { driverId: ['Ada', 'Ben'], city: 'Bonn' } }, {});
  client.subscribe.subscribe({ channel: ['rides', 'places'], filters: { van: 'red', driverId: 'Ada' } }, {});
  // @ts-expect-error no such stage
  client.parcels.subscribe.subscribe({ filters: { stage: 'lost' } }, {});
  // @ts-expect-error a channel without filters
  client.notices.subscribe.subscribe({ filters: { text: 'a' } }, {});
}

export async function history() {
  const page = await client.notices.history.query({ direction: 'backward', limit: 3 });
  const texts: string[] = page.events.map(({ payload }) => payload.text);
  return [texts, page.gap?.reason, page.prev];
}

export async function move(parcelId: string) {
  try {
    const { onShelf } = await client.parcels.moved.mutate({ parcelId, stage: 'in_van', carrier: 'Ada', moves: 2 });
    return onShelf.toFixed();
  } catch (cause) {
    const error = cause as TRPCClientError<AppRouter>;
    const event = error.data?.event;
    return event?.type === 'delivered' ? event.parcel_id : error.message;
  }
}
