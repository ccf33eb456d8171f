// Every kind of client that is cut: unmodified, each as a way to watch one channel of a server.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { EventSource } from 'eventsource';
import * as v10 from 'line-v10';
import * as v11 from 'line-v11';
import { chromium } from 'playwright-core';
import WebSocket from 'ws';
import { Watching } from './watching.mjs';

const SYSTEM = ['pubsub:ready', 'pubsub:gap', 'pubsub:error'];

function subscribe(kind, client, { channel, consumer, filters }) {
  const watching = new Watching(`${kind}, ${channel}`);
  const subscription = client.subscribe.subscribe({ channel, consumer, filters }, {
    onStarted: () => watching.begin(),
    onData: (item) => (typeof item.id === 'string' ? watching.take(item.data) : watching.fail(`an item without an id: ${JSON.stringify(item)}`)),
    onError: (error) => watching.fail(error),
    onComplete: () => watching.fail('the subscription was completed'),
  });
  watching.stop = () => subscription.unsubscribe();
  return watching;
}

function overSse(url, target) {
  const link = v11.httpSubscriptionLink({ url: `${url}/trpc`, EventSource });
  return subscribe('@trpc/client 11 over SSE', v11.createTRPCProxyClient({ links: [link] }), target);
}

function overSocket(line, kind) {
  return (url, target) => {
    const early = new Set();
    /** Knows whether a socket is between its start and its first message. */
    class Counted extends WebSocket {
      constructor(...args) {
        super(...args);
        early.add(this);
        for (const name of ['message', 'close', 'error']) this.once(name, () => early.delete(this));
      }
    }
    const options = { url: `${url.replace('http', 'ws')}/trpc`, WebSocket: Counted, retryDelayMs: () => 20 };
    const socket = line.createWSClient(options);
    const watching = subscribe(kind, line.createTRPCProxyClient({ links: [line.wsLink({ client: socket })] }), target);
    const { stop } = watching;
    watching.stop = () => {
      stop();
      socket.close();
    };
    watching.isFragile = () => early.size > 0;
    return watching;
  };
}

/** The path of a plain event stream. */
function eventsPath({ channel, filters }) {
  const filter = filters ? `&filters=${encodeURIComponent(JSON.stringify(filters))}` : '';
  return `/events?channel=${channel}${filter}`;
}

function overEventSource(url, target) {
  const { channel, names } = target;
  const watching = new Watching(`npm eventsource, ${channel}`);
  const source = new EventSource(url + eventsPath(target));
  for (const name of [...SYSTEM, ...names]) source.addEventListener(name, ({ data }) => watching.take(JSON.parse(data)));
  source.addEventListener('error', ({ code, message }) => {
    if (source.readyState === EventSource.CLOSED) watching.fail(`${code} ${message}`);
  });
  watching.stop = () => source.close();
  return watching;
}

/** Pages of one Chromium, each with one EventSource of its own. */
export class Browser {
  #browser;

  static async start() {
    const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
    if (!executablePath) throw new Error('no Chromium is installed');
    const browser = new Browser();
    // Nothing of the browser itself may call out.
    browser.#browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync'],
    });
    return browser;
  }

  watch = async (url, target) => {
    const { channel, names } = target;
    const watching = new Watching(`Chromium's EventSource, ${channel}`);
    const page = await this.#browser.newPage();
    page.on('pageerror', (error) => watching.fail(error));
    // A page of the server's origin that never asks the server.
    await page.route(`${url}/blank`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>blank</title>' }));
    await page.goto(`${url}/blank`);
    await page.exposeFunction('arrived', (data) => watching.take(JSON.parse(data)));
    await page.exposeFunction('gaveUp', () => watching.fail('the EventSource gave up'));
    await page.evaluate(({ path, names }) => {
      const source = new EventSource(path);
      for (const name of names) source.addEventListener(name, ({ data }) => globalThis.arrived(data));
      source.addEventListener('error', () => {
        if (source.readyState === EventSource.CLOSED) globalThis.gaveUp();
      });
    }, { path: eventsPath(target), names: [...SYSTEM, ...names] });
    watching.stop = () => page.close();
    return watching;
  };

  close() {
    return this.#browser.close();
  }
}

function inRust(binary) {
  return (url, { channel, filters = {} }) => {
    const watching = new Watching(`the Rust client, ${channel}`);
    const child = spawn(binary, [url, channel, '--filters', JSON.stringify(filters)], { stdio: ['pipe', 'pipe', 'inherit'] });
    process.once('exit', () => child.kill('SIGKILL'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { event, gap } = JSON.parse(line);
      if (event) watching.take(event);
      else if (gap) watching.take({ name: 'pubsub:gap', payload: gap });
      else watching.begin(); // Open, or caught up.
    });
    child.once('exit', (code) => watching.fail(`it ended with ${code}`));
    watching.stop = () => child.kill('SIGKILL');
    return watching;
  };
}

/**
 * `open(url, { channel, names, consumer, filters })` watches a channel; `names`: its events, which EventSource
 * listens to one by one. `repeats`: it may receive an event again after a cut.
 * `place`: what it presents when it comes back. `spared(text)`: whether a connection that carried this must not be cut yet;
 * a watching that `isFragile()` is in the same state.
 */
export const kindsOf = (rustClient, browser) => [
  { name: '@trpc/client 11 over SSE', place: 'token', open: overSse },
  { name: '@trpc/client 11 over WebSocket', place: 'token', open: overSocket(v11, '@trpc/client 11 over WebSocket') },
  {
    name: '@trpc/client 10 over WebSocket with a consumer',
    place: 'consumer',
    repeats: true,
    // It forgets a subscription whose socket dies before its first message: no server can mend that.
    spared: (text) => !text.includes('"type":"started"'),
    open: overSocket(v10, '@trpc/client 10 over WebSocket'),
  },
  { name: 'npm eventsource', place: 'id', open: overEventSource },
  { name: "Chromium's EventSource", place: 'id', open: browser.watch },
  { name: 'the Rust client', place: 'token', open: inRust(rustClient) },
];
