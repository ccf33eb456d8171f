// What arrived, and waiting for it.

const PATIENCE_MS = 15_000;

/** Waits until `condition()` holds; it is looked at again whenever something arrived. */
class Waiting {
  #waiting = new Set();

  changed() {
    for (const look of this.#waiting) look();
  }

  until(condition, what) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`${what()}, within ${PATIENCE_MS / 1000} s`));
      }, PATIENCE_MS);
      const look = () => {
        let found;
        try {
          found = condition();
        } catch (error) {
          clearTimeout(late);
          this.#waiting.delete(look);
          reject(error);
          return;
        }
        if (!found) return;
        clearTimeout(late);
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** One subscription: its events, and how it stands. */
export class Watch extends Waiting {
  events = [];
  gaps = [];
  error;
  started = false;
  stop = () => {};

  received(envelope) {
    if (envelope.name === 'pubsub:gap') this.gaps.push(envelope);
    else if (!envelope.name.startsWith('pubsub:')) this.events.push(envelope);
    this.changed();
  }

  /** Names and order ids of what arrived, of the orders whose id begins like this. */
  of(prefix) {
    return this.events
      .filter(({ payload }) => payload.orderId.startsWith(prefix))
      .map(({ name, payload }) => `${name} ${payload.orderId.slice(prefix.length)}`);
  }

  /** Waits for these events, in this order, and nothing between them. */
  async expect(prefix, expected) {
    const describe = () => `expected ${JSON.stringify(expected)}, received ${JSON.stringify(this.of(prefix))}`;
    await this.until(() => {
      if (this.error) throw this.error;
      const received = this.of(prefix);
      const wrong = received.some((event, index) => event !== expected[index]);
      if (wrong) throw new Error(describe());
      return received.length === expected.length;
    }, describe);
    if (this.gaps.length > 0) throw new Error(`a gap was reported: ${JSON.stringify(this.gaps)}`);
  }

  whenStarted() {
    return this.until(() => {
      if (this.error) throw this.error;
      return this.started;
    }, () => 'the subscription did not start');
  }

  whenFailed() {
    return this.until(() => this.error, () => 'the subscription did not fail');
  }
}

/** Subscribes over a tRPC client, without waiting. */
export function watch(procedure, input) {
  const watching = new Watch();
  const subscription = procedure.subscribe(input, {
    onStarted() {
      watching.started = true;
      watching.changed();
    },
    onData(item) {
      if (typeof item.id !== 'string') watching.error = new Error(`an item without an id: ${JSON.stringify(item)}`);
      else watching.received(item.data);
      watching.changed();
    },
    onError(error) {
      watching.error = error;
      watching.changed();
    },
  });
  watching.stop = () => subscription.unsubscribe();
  return watching;
}
