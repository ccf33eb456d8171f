// Orders of the example, sent over HTTP by several senders, and its history.
import assert from 'node:assert/strict';

const PAGE = 1_000;
const MOST_PAGES = 20;

/** Calls a procedure; the answer's data, or an error. */
async function call(url, procedure, input, method) {
  const query = method === 'GET' ? `?input=${encodeURIComponent(JSON.stringify(input))}` : '';
  const answer = await fetch(`${url}/trpc/${procedure}${query}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: method === 'GET' ? undefined : JSON.stringify(input),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${procedure} was answered ${answer.status}: ${text}`);
  return JSON.parse(text).result.data;
}

/** Senders that number their orders, and know which were acknowledged. */
export class Senders {
  /** By order id, the id of the event that the answer told. */
  acknowledged = new Map();
  /** Orders that were sent and not answered. */
  unanswered = 0;
  #stopped = false;
  #running;

  constructor(url, count, random) {
    this.#running = Array.from({ length: count }, (_, sender) => this.#run(url, sender, random.fork()));
  }

  async #run(url, sender, random) {
    for (let number = 0; !this.#stopped; number += 1) {
      try {
        await this.#send(url, `${sender}-${number}`);
      } catch (error) {
        // A refused order is an answer, and not one that a server should give here.
        if (!(error instanceof TypeError)) throw error;
        this.unanswered += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, random.between(10, 60)));
    }
  }

  async #send(url, orderId) {
    const { emittedEvents } = await call(url, 'sendEvent', { name: 'orders:created', payload: { orderId, total: 1 } }, 'POST');
    const [ingested] = emittedEvents;
    assert.equal(ingested.payload.orderId, orderId);
    this.acknowledged.set(orderId, ingested.id);
  }

  stop() {
    this.#stopped = true;
    return Promise.all(this.#running);
  }
}

/** The whole history of the orders, oldest first. */
export async function history(url) {
  const { events, prev } = await call(url, 'orders.history', { limit: 1 }, 'GET');
  assert.equal(prev, null, 'retention has removed orders');
  while (events.length > 0) {
    assert.ok(events.length < PAGE * MOST_PAGES, 'too many orders for this test');
    const since = events.at(-1).id;
    const page = await call(url, 'fetchHistory', { channel: 'orders', since, limit: PAGE }, 'GET');
    events.push(...page);
    if (page.length === 0) break;
  }
  return events;
}

/** Checks that `events` hold every acknowledged order, each once, and every sender's in its order. */
export function checkOrders(events, acknowledged) {
  const ids = new Set();
  const seen = new Map();
  const last = new Map();
  for (const { id, name, payload } of events) {
    assert.ok(!ids.has(id), `event ${id} is there twice`);
    ids.add(id);
    const key = `${name} ${payload.orderId}`;
    assert.ok(!seen.has(key), `${key} is there twice`);
    seen.set(key, id);
    const [sender, number] = payload.orderId.split('-').map(Number);
    const before = last.get(`${name} ${sender}`) ?? -1;
    assert.ok(number > before, `${key} is there after order ${before} of its sender`);
    last.set(`${name} ${sender}`, number);
    if (name === 'orders:ingested') assert.ok(seen.has(`orders:created ${payload.orderId}`), `${key} is there before the order`);
  }
  for (const [orderId, id] of acknowledged) {
    assert.ok(seen.has(`orders:created ${orderId}`), `order ${orderId} was acknowledged and is not there`);
    assert.equal(seen.get(`orders:ingested ${orderId}`), id, `the event of order ${orderId} was acknowledged and is not there`);
  }
}
