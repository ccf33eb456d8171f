// Random numbers that a seed repeats.

/** A generator (mulberry32) of whole numbers. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  #next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** From `least` to `most`, both included. */
  between(least, most) {
    return least + Math.floor(this.#next() * (most - least + 1));
  }

  /** Whether something of this probability happens. */
  chance(probability) {
    return this.#next() < probability;
  }

  /** Another generator, so that what one consumer draws does not change what another one gets. */
  fork() {
    return new Random(this.between(0, 2 ** 32 - 1));
  }
}

/** The seed of a run: `SEED` from the environment, or a new one; it is printed. */
export function seedOf(what) {
  const seed = process.env.SEED ? Number(process.env.SEED) : Math.floor(Math.random() * 2 ** 32);
  if (!Number.isInteger(seed)) throw new Error('SEED takes a whole number');
  console.log(`${what}: SEED=${seed} repeats the random choices of this run`);
  return seed;
}
