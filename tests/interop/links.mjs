// Every link of every released line of the client that is tested, each as a way to make a client.
import { EventSource } from 'eventsource';
import * as v10 from 'line-v10';
import * as v11 from 'line-v11';
import * as v11first from 'line-v11-0';
import WebSocket from 'ws';

// 11.0 takes the constants of the class from the global, whatever class it was given.
globalThis.EventSource = EventSource;

const lines = [
  { name: '10.45.4', line: v10, major: 10 },
  { name: '11.0.0', line: v11first, major: 11 },
  { name: '11.25.2', line: v11, major: 11 },
];

const socketUrl = (url) => url.replace('http', 'ws') + '/trpc';

/** A client over one link that is made from the line and the address. */
function overHttp(line, makeLink) {
  return (url) => ({
    client: line.createTRPCProxyClient({ links: [makeLink(`${url}/trpc`)] }),
    close() {},
  });
}

function overSocket(line, options) {
  return (url) => {
    const socket = line.createWSClient({ url: socketUrl(url), WebSocket, retryDelayMs: () => 100, ...options });
    return {
      client: line.createTRPCProxyClient({ links: [line.wsLink({ client: socket })] }),
      close: () => socket.close(),
    };
  };
}

/** What a browser application uses: subscriptions over SSE, the rest over HTTP. */
function split(line, rest, options = {}, before = []) {
  return overHttp(line, (url) =>
    line.splitLink({
      condition: (op) => op.type === 'subscription',
      true: [...before, line.httpSubscriptionLink({ url, EventSource, ...options })],
      false: rest(url),
    }),
  );
}

/**
 * `calls`: queries and mutations; `subscriptions`; `resumes`: takes up a cut subscription where it was;
 * `consumes`: confirms what arrived, as a WebSocket does; `overrides`: sends queries by POST, which a server must allow.
 */
export const links = lines.flatMap(({ name, line, major }) => {
  const calls = { calls: true };
  const both = { calls: true, subscriptions: true, resumes: major > 10 };
  const of = (link, can, make) => ({ name: `@trpc/client ${name}, ${link}`, ...can, make });
  const common = [
    of('httpLink', calls, overHttp(line, (url) => line.httpLink({ url }))),
    of('httpBatchLink', calls, overHttp(line, (url) => line.httpBatchLink({ url }))),
    of('httpBatchLink in batches of 2', calls, overHttp(line, (url) => line.httpBatchLink({ url, maxItems: 2, maxURLLength: 500 }))),
    of('wsLink', { ...both, consumes: true }, overSocket(line)),
  ];
  if (major === 10) {
    const stream = (url) => line.unstable_httpBatchStreamLink({ url });
    return [...common, of('unstable_httpBatchStreamLink', calls, overHttp(line, stream))];
  }
  const stream = (url) => line.httpBatchStreamLink({ url });
  const override = (url) => line.httpLink({ url, methodOverride: 'POST' });
  const params = { connectionParams: async () => ({ token: 'abc' }) };
  const retry = line.retryLink({ retry: ({ attempts }) => attempts < 3 });
  return [
    ...common,
    of('httpBatchStreamLink', calls, overHttp(line, stream)),
    of('httpLink with methodOverride', { overrides: true }, overHttp(line, override)),
    of('splitLink of httpSubscriptionLink and httpBatchStreamLink', both, split(line, stream)),
    of('retryLink before httpSubscriptionLink with connectionParams', both, split(line, stream, params, [retry])),
    of('wsLink with connectionParams and keepAlive', both,
      overSocket(line, { ...params, keepAlive: { enabled: true, intervalMs: 100, pongTimeoutMs: 2_000 } })),
  ];
});
