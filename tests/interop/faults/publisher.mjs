// Sends numbered events through the real API, one at a time.

/** A publisher of the event `name`. */
export class Publisher {
  /** How many were acknowledged: they are numbered from 0. */
  sent = 0;
  #url;
  #name;
  #marks;
  #stopped = false;

  /** `marks(number)`: what the payload of an event holds beside its number. */
  constructor(url, name, marks = () => ({})) {
    this.#marks = marks;
    this.#url = url;
    this.#name = name;
  }

  /** Sends the next one; the place right after it. */
  async send() {
    const event = { name: this.#name, payload: { number: this.sent, ...this.#marks(this.sent) } };
    const answer = await fetch(`${this.#url}/trpc/sendEvent`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
    });
    if (!answer.ok) throw new Error(`${JSON.stringify(event)} was answered ${answer.status}: ${await answer.text()}`);
    this.sent += 1;
    return (await answer.json()).result.data.cursor;
  }

  async sendMany(count) {
    for (let sent = 0; sent < count; sent += 1) await this.send();
  }

  /** Sends at a random pace, at times in a burst, until `stop()`. */
  async run(random) {
    while (!this.#stopped) {
      await this.sendMany(random.chance(0.05) ? random.between(10, 40) : 1);
      await new Promise((resolve) => setTimeout(resolve, random.between(0, 12)));
    }
  }

  stop() {
    this.#stopped = true;
  }
}
