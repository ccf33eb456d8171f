// The screens of a shop, as its front end has them. Copied beside each client's `client.ts`.
import { httpBatchLink, TRPCClientError } from '@trpc/client';
import { createClient, type AppRouter } from './client.js';
import type * as E from './events-client.js';

const client = createClient<AppRouter>({ links: [httpBatchLink({ url: 'http://127.0.0.1/trpc' })] });

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): void => {};

/** Places an order; says what to tell the customer. */
export async function place(cart: readonly E.LineInput[], address: E.Address): Promise<string> {
  const total: E.Money = { minor: cart.reduce((sum, line) => sum + line.price.minor * (line.quantity ?? 1), 0), currency: 'EUR' };
  try {
    const placed = await client.orders.placed.mutate({
      orderId: '0190b2a8-7d1c-7c3e-9a52-2f6c1f0f7d11',
      lines: [...cart],
      total,
      shipTo: address,
    });
    holds<Same<typeof placed, E.Placed>>();
    return `No. ${placed.number.toFixed()}, about ${placed.estimatedDelivery}`;
  } catch (error) {
    if (error instanceof TRPCClientError) {
      const data: E.ErrorDetails | undefined = error.data;
      const declared = data?.event as E.EventError<'orders:placed'> | undefined;
      switch (declared?.type) {
        case 'sold_out': return `${declared.sku}: only ${declared.left} left`;
        case 'price_changed': return `It costs ${declared.total.minor / 100} ${declared.total.currency} now`;
        case 'busy': return 'Please wait a moment';
        case undefined: break;
        default: { const none: never = declared; return none; }
      }
    }
    throw error;
  }
}

/** Follows one order from the cart to the door. */
export function follow(orderId: string, show: (text: string) => void) {
  return client.orders.subscribe.subscribe({ filters: { orderId }, from: 'earliest' }, {
    onData({ data: event }) {
      switch (event.name) {
        case 'orders:placed': show(`${event.payload.lines.length} lines${event.payload.gift ? ', a gift' : ''}`); break;
        case 'orders:confirmed': show(`No. ${event.payload.number}, on ${event.payload.deliverOn}`); break;
        case 'orders:moved':
          switch (event.payload.stage) {
            case 'picking': show(`${event.payload.picker} is at the shelves`); break;
            case 'packed': show(`In ${event.payload.boxes} boxes`); break;
            case 'shipped': show(`${event.payload.parcelIds.length} parcels with ${event.payload.carrier}`); break;
            case 'delivered': show('There'); break;
            case 'returned': show(event.payload.reason ?? 'Came back'); break;
            default: { const none: never = event.payload; void none; }
          }
          show(event.payload.by.kind === 'staff' ? event.payload.by.name : event.payload.by.kind);
          break;
        case 'orders:cancelled':
          show(typeof event.payload.reason === 'string' ? event.payload.reason : event.payload.reason.other);
          break;
        case 'orders:held': show(event.payload.because.join(', ')); break;
        case 'orders:split': show(Object.entries(event.payload.into).map(([id, lines]) => `${id}: ${lines.length}`).join()); break;
        case 'orders:day-closed':
          show(event.payload.best.items.map(([sku, sold]) => `${sku} ${sold}`).join());
          break;
        case 'orders:stage-changed':
        case 'orders:released':
        case 'orders:note_added': break;
        case 'pubsub:snapshot': show(`${Object.keys(event.payload.open).length} orders are open`); break;
        case 'pubsub:gap': show(event.payload.missed === undefined ? 'Something is missing' : `${event.payload.missed} are missing`); break;
        case 'pubsub:ready':
        case 'pubsub:live': break;
        default: { const none: never = event; void none; }
      }
    },
  });
}

/** Pays back; the reply and the errors are those of this call alone. */
export async function payBack(paymentId: string, orderId: string, amount: E.Money) {
  const answer = await client.payments.refunded.mutate({ paymentId, orderId, amount, clientEventId: 'refund-1' });
  // @ts-expect-error without an id, a refund that is sent again would be paid again
  await client.payments.refunded.mutate({ paymentId, orderId, amount });
  holds<Same<typeof answer, E.EventReply<'payments:refunded'>>>();
  const causes: E.EventError<'payments:refunded'>['type'][] = ['not_found', 'too_much', 'running'];
  // @ts-expect-error an error of another event
  causes.push('sold_out');
  return answer.expectedBy;
}

/** Everything at once: two channels, told apart by name. */
export function watch(log: (line: string) => void) {
  return client.subscribe.subscribe({ channel: ['payments', 'shipping'], filters: { orderId: ['a', 'b'] } }, {
    onData({ id, data: event }) {
      if (event.name === 'payments:failed' && event.payload.cause.cause === 'declined') log(event.payload.cause.code);
      if (event.name === 'payments:method-added') log(method(event.payload.method));
      if (event.name === 'shipping:tracked') {
        log('depot' in event.payload ? event.payload.depot : `${event.payload.latitude}, ${event.payload.longitude}`);
      }
      if (event.name === 'shipping:delivered' && typeof event.payload.to === 'object' && 'Neighbour' in event.payload.to) {
        const [who, where] = event.payload.to.Neighbour;
        log(`${who}, ${where.city}`);
      }
      log(id);
    },
  });
}

function method(method: E.Method): string {
  switch (method.type) {
    case 'card': return method.value[1];
    case 'transfer': return method.value.iban;
    case 'voucher': return method.value;
    case 'cash': return 'cash';
  }
}

export async function talk(room: string): Promise<void> {
  await client.chat.said.mutate({ room, text: 'Hello!', parts: [{ type: 'poll', question: 'Tea?', answers: ['yes', 'no'] }], clientEventId: 'm-1' });
  await client.chat.typing.mutate({ room, who: 'Ada' });
  await client.chat.reacted.mutate({ room, messageId: 'm', sign: 3 });
  const opened: string = await client.chat['open-room'].mutate(null);
  // @ts-expect-error a poll has a question
  await client.chat.said.mutate({ room: opened, text: '', parts: [{ type: 'poll', answers: [] }], clientEventId: 'm-2' });
}

export async function account(): Promise<E.Role[]> {
  const { roles } = await client.users['signed-up'].mutate({ email: 'a@example.com', displayName: null });
  await client.users['preferences-saved'].mutate({ userId: 'u', language: 'en', mail: { offers: true }, theme: 'dark' });
  // @ts-expect-error the shop does not know where it is
  await client.users['address-added'].mutate({ userId: 'u', label: 'home', address: { name: 'Ada', lines: [], postcode: '', city: '' } });
  return roles;
}

export async function find(words: string): Promise<string | undefined> {
  const page = await client.catalog.search.mutate({ words });
  holds<Same<typeof page.items, E.Hit[]>>();
  const price: number | null = await client.shipping.quote.mutate({ at: somewhere, between: ['', ''] });
  const booked: string = await client.shipping['book-pickup'].mutate({ at: somewhere, between: ['', ''], parcels: price ?? 1 });
  const changes = await client.catalog.history.query({ direction: 'backward', limit: 1 });
  for (const event of changes.events) {
    if (event.name !== 'catalog:product-changed') continue;
    const first: E.Property | undefined = event.payload.variants.items[0]?.properties['size'];
    return typeof first === 'number' ? booked : event.payload.title['en'];
  }
  return page.next ?? undefined;
}

const somewhere: E.Address = { name: 'Ada', lines: ['1 High St'], postcode: 'N1', city: 'London', country: 'GB' };
