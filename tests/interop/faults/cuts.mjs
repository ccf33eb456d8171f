// Every kind of client, cut at random places and away for longer than the history lasts:
// `node cuts.mjs SERVER RUST_CLIENT [CUTS] [PART OF A KIND'S NAME]`. The last line is `N passed, N failed`.
import assert from 'node:assert/strict';
import { startProxy } from '../proxy.mjs';
import { startServer } from '../server.mjs';
import { startCutting } from './cutting.mjs';
import { Browser, kindsOf } from './kinds.mjs';
import { account, nothingMissing } from './oracle.mjs';
import { Publisher } from './publisher.mjs';
import { Random, seedOf } from './random.mjs';

const [binary, rustClient, cuts = '50', only = ''] = process.argv.slice(2);
if (!rustClient) {
  console.error("usage: node cuts.mjs SERVER RUST_CLIENT [CUTS] [PART OF A KIND'S NAME]");
  process.exit(2);
}
const random = new Random(seedOf('cuts'));
/** As `pubsub_cuts` declares it. */
const KEPT = 16;
const names = (channel) => [`${channel}:counted`];

const server = await startServer(binary, ['--listen', '127.0.0.1:0']);
const browser = await Browser.start();
const kinds = kindsOf(rustClient, browser).filter(({ name }) => name.includes(only));
let passed = 0;
let failed = 0;
let consumers = 0;

async function check(title, run) {
  try {
    await run();
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${title}\n${String(error?.stack ?? error).replace(/^/gm, '    ')}`);
    if (error.cause) console.log(String(error.cause?.stack ?? error.cause).replace(/^/gm, '    '));
  }
}

const numberOf = ({ payload }) => payload.number;
const whenHasLast = (watching, { sent }) => watching.whenHas((event) => numberOf(event) === sent - 1, `event ${sent - 1}`);

const target = (kind, channel, filters) => ({
  channel,
  filters,
  names: names(channel),
  consumer: kind.repeats ? `cuts-${++consumers}` : undefined,
});

const COLOURS = ['red', 'green', 'blue'];
const colourOf = (number) => COLOURS[number % COLOURS.length];
/** Two of three events; `rank` numbers those that match. */
const FILTERED = {
  filters: { colour: ['red', 'blue'] },
  marks: (number) => ({ colour: colourOf(number) }),
  matches: (number) => colourOf(number) !== 'green',
  rank: (event) => FILTERED.matches(numberOf(event)) ? Math.floor((numberOf(event) * 2) / 3) : undefined,
};

/** All kinds at once on one channel, each behind a proxy of its own, while one publisher runs. */
async function cutEverybody(channel, { expectGaps = false, filters, marks, matches = () => true, rank = numberOf } = {}) {
  const publisher = new Publisher(server.url, `${channel}:counted`, marks);
  const clients = await Promise.all(kinds.map(async (kind) => {
    const proxy = await startCutting(server.url, random.fork(), kind.spared);
    const watching = await kind.open(proxy.url, target(kind, channel, filters));
    return { kind, proxy, watching };
  }));
  const started = await Promise.allSettled(clients.map(({ watching }) => watching.whenStarted()));
  const publishing = publisher.run(random.fork());
  const calm = await Promise.allSettled(clients.map(({ proxy, watching }, index) =>
    started[index].status === 'fulfilled' && Promise.race([proxy.cutTimes(Number(cuts)), watching.until(() => false, `cut number ${cuts}`)])));
  publisher.stop();
  await publishing;
  do await publisher.send();
  while (!matches(publisher.sent - 1));
  const published = Array.from({ length: publisher.sent }, (_, number) => number).filter(matches).length;
  let gaps = 0;
  for (const [index, { kind, proxy, watching }] of clients.entries()) {
    await check(`${kind.name}, ${channel}`, async () => {
      for (const step of [started, calm]) if (step[index].status === 'rejected') throw step[index].reason;
      await whenHasLast(watching, publisher);
      const figures = account(watching.title, published, rank, watching.arrivals, kind);
      assert.ok(proxy.cuts >= Number(cuts), `${proxy.cuts} cuts`);
      if (!expectGaps) {
        nothingMissing(watching.title, watching.gaps, kind);
        assert.equal(figures.received, published);
      }
      gaps += figures.gaps;
      console.log(`${watching.title}: ${proxy.cuts} cuts, ${proxy.refusals} refusals; of ${published} events ` +
        `${figures.received} received, ${figures.missed} told missing by ${figures.gaps} gaps, ${figures.repeated} repeated`);
    });
    watching.stop();
    proxy.stop();
  }
  if (expectGaps && !only) await check(`${channel} loses events`, async () => assert.ok(gaps > 0, 'no gap was told to anybody'));
}

/** One kind, away while a known number of events is lost. */
async function overflow(kind) {
  const proxy = await startProxy(server.url);
  const publisher = new Publisher(server.url, 'few:counted');
  const watching = await kind.open(proxy.url, target(kind, 'few'));
  await watching.whenStarted();
  const before = random.between(1, 5);
  await publisher.sendMany(before);
  await whenHasLast(watching, publisher);
  proxy.cut();
  const lost = random.between(1, 40);
  await publisher.sendMany(KEPT + lost);
  proxy.release();
  await whenHasLast(watching, publisher);
  await publisher.send();
  await whenHasLast(watching, publisher);
  account(watching.title, publisher.sent, numberOf, watching.arrivals, kind);
  // A consumer is told first that it is new.
  const gaps = watching.gaps.filter(({ reason }) => !kind.repeats || reason !== 'unknown_consumer');
  assert.deepEqual(gaps.map(({ reason, channel }) => [reason, channel]), [['retention', 'few']]);
  const [{ missed }] = gaps;
  // A consumer's place is the one it confirmed last, which may lie before what it received.
  if (kind.repeats) assert.ok(missed >= lost && missed <= before + lost, `${missed} missed, ${lost} lost after ${before}`);
  else assert.equal(missed, lost);
  const at = watching.arrivals.findIndex(({ gap }) => gap === gaps[0]);
  assert.equal(numberOf(watching.arrivals[at - 1].event), before - 1);
  assert.equal(numberOf(watching.arrivals[at + 1].event), before + lost);
  console.log(`${watching.title}: away for ${KEPT + lost} events, told of ${missed}`);
  watching.stop();
  await proxy.stop();
}

/** A page of history after a place that is no longer retained. */
async function historyGap() {
  const publisher = new Publisher(server.url, 'few:counted');
  const cursor = await publisher.send();
  const lost = random.between(1, 40);
  await publisher.sendMany(KEPT + lost);
  const input = encodeURIComponent(JSON.stringify({ cursor }));
  const answer = await fetch(`${server.url}/trpc/few.history?input=${input}`);
  const { events, gap } = (await answer.json()).result.data;
  assert.deepEqual([gap.reason, gap.missed, gap.requested], ['retention', lost, cursor]);
  assert.deepEqual(events.map(numberOf), Array.from({ length: KEPT }, (_, index) => 1 + lost + index));
}

await cutEverybody('all');
await cutEverybody('few', { expectGaps: true });
await cutEverybody('marked', FILTERED);
for (const kind of kinds) await check(`${kind.name}, away for longer than the history lasts`, () => overflow(kind));
await check('a page of history tells what was lost before it', historyGap);

await browser.close();
await server.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
