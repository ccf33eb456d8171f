// The oracle finds what it is there to find: `node --test oracle.test.mjs`.
import assert from 'node:assert/strict';
import test from 'node:test';
import { account, nothingMissing } from './oracle.mjs';

const event = (number) => ({ event: { id: `id-${number}`, payload: { number } } });
const gap = (missed, reason = 'retention') => ({ gap: { reason, missed } });
const of = (published, arrivals, kind) => account('a client', published, ({ payload }) => payload.number, arrivals, kind);
const consumer = { repeats: true };

test('what was published is received, or counted by a gap before the next event', () => {
  assert.deepEqual(of(3, [0, 1, 2].map(event)), { received: 3, missed: 0, repeated: 0, gaps: 0 });
  assert.deepEqual(of(5, [event(0), gap(2), gap(1), event(4)]), { received: 2, missed: 3, repeated: 0, gaps: 2 });
});

for (const [what, published, arrivals, kind] of [
  ['a loss that no gap tells', 3, [event(0), event(2)]],
  ['a loss at the start', 2, [event(1)]],
  ['a loss at the end', 2, [event(0)]],
  ['a gap that counts too few', 4, [event(0), gap(1), event(3)]],
  ['a gap that counts too many', 3, [event(0), gap(1), event(1), event(2)]],
  ['a gap after the event that it should precede', 3, [event(0), event(2), gap(1)]],
  ['a retention gap without a count', 3, [event(0), gap(undefined), event(2)]],
  ['an event that comes again', 2, [event(0), event(0), event(1)]],
  ['events out of order', 3, [event(1), event(0), event(2)]],
  ['an event that was never published', 1, [event(0), event(1)]],
  ['two events of one id', 2, [event(0), { event: { id: 'id-0', payload: { number: 1 } } }]],
  ['an event of two ids', 1, [event(0), { event: { id: 'other', payload: { number: 0 } } }], consumer],
  ['a loss of a client that repeats', 3, [event(0), event(2)], consumer],
  ['a loss after a repetition', 3, [event(0), event(1), event(0), event(2)], consumer],
]) {
  test(`found: ${what}`, () => assert.throws(() => of(published, arrivals, kind), /a client: /));
}

test('a consumer may go back to a place that it had not confirmed', () => {
  const figures = of(4, [event(0), event(1), event(2), event(1), event(2), event(3)], consumer);
  assert.deepEqual(figures, { received: 4, missed: 0, repeated: 2, gaps: 0 });
  assert.equal(of(5, [event(0), event(1), gap(3), event(4)], consumer).missed, 2);
});

test('only a consumer may hear of gaps that miss nothing, and of few reasons', () => {
  const gaps = (...reasons) => reasons.map((reason) => ({ reason }));
  nothingMissing('a client', []);
  nothingMissing('a client', gaps('unknown_consumer', 'unconfirmed', 'unconfirmed'), consumer);
  nothingMissing('a client', gaps('unconfirmed'), consumer);
  for (const [told, kind] of [
    [gaps('unknown_consumer')],
    [gaps('retention'), consumer],
    [gaps('unknown_consumer', 'unknown_consumer'), consumer],
  ]) assert.throws(() => nothingMissing('a client', told, kind), /a client: /);
});
