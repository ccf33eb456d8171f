// A person at the example's page, in Chromium: `node browser.mjs BINARY|URL [FOLDER FOR SCREENSHOTS]`.
// The last line is `N passed, N failed`.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startProxy } from './proxy.mjs';
import { startServer } from './server.mjs';

const [target, shots] = process.argv.slice(2);
if (!target) {
  console.error('usage: node browser.mjs BINARY|URL [FOLDER FOR SCREENSHOTS]');
  process.exit(2);
}
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (!executablePath) {
  console.error('no Chromium is installed');
  process.exit(1);
}
if (shots) mkdirSync(shots, { recursive: true });

const server = target.startsWith('http') ? { url: target, stop: async () => 0 } : await startServer(target);
const proxy = await startProxy(server.url);
// Nothing of the browser itself may call out.
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});

const LIVE = '#connection[data-state="live"]';
const eventOf = (name, orderId) => `#events [data-name="${name}"]:has-text("${orderId}")`;
let runs = 0;

async function send(page, orderId, total) {
  await page.fill('#order-id', orderId);
  await page.fill('#total', total);
  await page.click('#send');
}

async function received(page, orderId) {
  for (const name of ['orders:created', 'orders:ingested']) await page.waitForSelector(eventOf(name, orderId));
}

/** Scrolled to the side, a page is wider than its window. */
async function fits(page) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= window, `the page is ${content} px wide in a window of ${window} px`);
}

const scenarios = [380, 1280].flatMap((width) => [
  {
    name: `an order sent by a click shows both its events, ${width} px wide`,
    width,
    async run(page, orderId) {
      await page.goto(server.url);
      await page.waitForSelector(LIVE);
      await send(page, orderId, '42.5');
      await received(page, orderId);
      await fits(page);
      if (shots) await page.screenshot({ path: join(shots, `orders-${width}.png`), fullPage: true, animations: 'disabled' });
    },
  },
]);
scenarios.push(
  {
    name: 'an order that does not fit is refused beside its field',
    async run(page, orderId) {
      await page.goto(server.url);
      await page.waitForSelector(LIVE);
      await send(page, orderId, 'ten');
      await page.waitForSelector('#total[aria-invalid="true"]');
      assert.equal(await page.locator(eventOf('orders:created', orderId)).count(), 0);
    },
  },
  {
    name: 'two tabs see the same events, whoever sent them',
    async run(page, orderId) {
      const other = await page.context().newPage();
      for (const tab of [page, other]) {
        await tab.goto(server.url);
        await tab.waitForSelector(LIVE);
      }
      await send(other, orderId, '1');
      await received(page, orderId);
      await received(other, orderId);
    },
  },
  {
    name: 'a page whose connection is cut shows what was sent meanwhile, once',
    async run(page, orderId) {
      await page.goto(proxy.url);
      await page.waitForSelector(LIVE);
      await send(page, `${orderId}-before`, '1');
      await received(page, `${orderId}-before`);
      proxy.cut();
      const answer = await fetch(`${server.url}/trpc/orders.created`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ orderId: `${orderId}-meanwhile`, total: 2 }),
      });
      assert.equal(answer.status, 200);
      proxy.release();
      await received(page, `${orderId}-meanwhile`);
      for (const part of ['before', 'meanwhile']) {
        assert.equal(await page.locator(eventOf('orders:created', `${orderId}-${part}`)).count(), 1);
      }
      assert.equal(await page.locator('#events [data-name="pubsub:gap"]').count(), 0);
    },
  },
);

let passed = 0;
let failed = 0;
for (const scenario of scenarios) {
  const context = await browser.newContext({ viewport: { width: scenario.width ?? 1280, height: 900 } });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(`uncaught: ${error}`));
  try {
    runs += 1;
    await scenario.run(page, `b${process.pid}-${Date.now() % 1_000_000}-${runs}`);
    assert.deepEqual(problems, []);
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${scenario.name}\n${String(error?.stack ?? error).replace(/^/gm, '    ')}`);
    if (shots) await page.screenshot({ path: join(shots, `failed-${runs}.png`), fullPage: true }).catch(() => {});
  }
  await context.close();
}

await browser.close();
await proxy.stop();
await server.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
