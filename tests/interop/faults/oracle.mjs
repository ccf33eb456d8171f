// What must hold for a subscriber whatever happened to its connection.

/**
 * Checks that `arrivals` account for `published` events; `numberOf(event)` is the place of one in its log, from 0. An event is received or
 * counted by a gap that comes before the next one, in order, and once, except where a client that `repeats` goes back to a place
 * that it had not confirmed. Gives the number of received, missed and repeated events.
 */
export function account(title, published, numberOf, arrivals, { repeats = false } = {}) {
  const ids = new Map();
  const tell = (what, at) => {
    const around = arrivals.slice(Math.max(0, at - 3), at + 2).map((arrival) =>
      arrival.gap ? { gap: arrival.gap } : { event: numberOf(arrival.event) });
    return new Error(`${title}: ${what}; around arrival ${at}: ${JSON.stringify(around)}`);
  };
  // The number that is due, how far ever, and what the gaps since the last event count.
  let due = 0;
  let furthest = 0;
  let gap;
  const figures = { received: 0, missed: 0, repeated: 0, gaps: 0 };
  arrivals.forEach((arrival, at) => {
    if (arrival.gap) {
      figures.gaps += 1;
      const { missed, certain } = arrival.gap;
      gap ??= { missed: 0, exact: true };
      if (Number.isInteger(missed)) gap.missed += missed;
      else gap.exact = false;
      if (missed === undefined && certain !== false && arrival.gap.reason === 'retention') throw tell('a retention gap without a count', at);
      return;
    }
    const number = numberOf(arrival.event);
    if (!(number < published)) throw tell(`event ${arrival.event.id} was never published`, at);
    if ((ids.get(arrival.event.id) ?? number) !== number) throw tell(`two events have the id ${arrival.event.id}`, at);
    ids.set(arrival.event.id, number);
    if (number < furthest && !repeats) throw tell(`event ${number} came again, or late`, at);
    if (gap?.exact) {
      // A client that repeats counts from the place it confirmed last, which lies before what it received.
      const from = number - gap.missed;
      if (repeats ? from > due : from !== due) throw tell(`a gap of ${gap.missed} between ${due} and ${number}`, at);
    } else if (!gap && (repeats ? number > due : number !== due)) {
      throw tell(`event ${number} where ${due} was due, and no gap was told`, at);
    }
    gap = undefined;
    if (number < furthest) figures.repeated += 1;
    else {
      figures.received += 1;
      figures.missed += number - furthest;
      furthest = number + 1;
    }
    due = number + 1;
  });
  if (due !== published) throw tell(`the last event is ${due - 1}, not ${published - 1}`, arrivals.length);
  if (ids.size !== figures.received) throw tell(`${figures.received} events have ${ids.size} ids`, arrivals.length);
  return figures;
}

/**
 * Checks that nothing was told missing. A consumer may hear first that it is unknown, which a server without a lasting store
 * cannot tell from lost, and later that it confirmed nothing of what it was sent last.
 */
export function nothingMissing(title, gaps, { repeats = false } = {}) {
  const right = gaps.every(({ reason }, at) => repeats && (reason === 'unconfirmed' || (at === 0 && reason === 'unknown_consumer')));
  if (!right) throw new Error(`${title}: gaps were told: ${JSON.stringify(gaps)}`);
}
