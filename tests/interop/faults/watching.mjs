// What one subscription received, in order, and waiting for it.

const PATIENCE_MS = 60_000;

/** The events and gaps of one subscription: `{ event: envelope }` or `{ gap: payload }`. */
export class Watching {
  arrivals = [];
  started = false;
  error;
  stop = () => {};
  #waiting = new Set();

  constructor(title) {
    this.title = title;
  }

  /** Takes an envelope as a client yields it. */
  take(envelope) {
    if (envelope.name === 'pubsub:gap') this.arrivals.push({ gap: envelope.payload });
    else if (!envelope.name.startsWith('pubsub:')) this.arrivals.push({ event: envelope });
    this.begin();
  }

  begin() {
    this.started = true;
    this.changed();
  }

  fail(error) {
    this.error ??= error instanceof Error ? error : new Error(String(error));
    this.changed();
  }

  changed() {
    for (const look of this.#waiting) look();
  }

  get events() {
    return this.arrivals.filter(({ event }) => event).map(({ event }) => event);
  }

  get gaps() {
    return this.arrivals.filter(({ gap }) => gap).map(({ gap }) => gap);
  }

  /** Waits until `condition()` holds; it is looked at again whenever something arrives. */
  until(condition, what) {
    return new Promise((resolve, reject) => {
      const end = (settle, value) => {
        clearTimeout(late);
        this.#waiting.delete(look);
        settle(value);
      };
      const look = () => {
        if (this.error) end(reject, new Error(`${this.title} failed`, { cause: this.error }));
        else if (condition()) end(resolve);
      };
      const late = setTimeout(() => {
        const last = JSON.stringify(this.arrivals.slice(-3));
        end(reject, new Error(`${this.title}: ${what} did not come; of ${this.arrivals.length} arrivals the last: ${last}`));
      }, PATIENCE_MS);
      this.#waiting.add(look);
      look();
    });
  }

  whenStarted() {
    return this.until(() => this.started, 'the start');
  }

  /** Waits for an event that is `wanted`. */
  whenHas(wanted, what) {
    let from = 0;
    return this.until(() => {
      for (; from < this.arrivals.length; from += 1) {
        const { event } = this.arrivals[from];
        if (event && wanted(event)) return true;
      }
      return false;
    }, what);
  }
}
