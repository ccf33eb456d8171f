// A TCP proxy on loopback that can cut every connection and hold new ones back.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export async function startProxy(target) {
  const { hostname, port } = new URL(target);
  const open = new Set();
  const waiting = [];
  let held = false;
  const join = (client) => {
    const server = connect(Number(port), hostname);
    for (const socket of [client, server]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.once('close', () => {
        open.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.pipe(server).pipe(client);
  };
  const listener = createServer((client) => {
    client.on('error', () => {});
    if (held) waiting.push(client);
    else join(client);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    url: `http://127.0.0.1:${listener.address().port}`,
    /** Cuts every connection; new ones wait for `release()`. */
    cut() {
      held = true;
      for (const socket of open) socket.destroy();
    },
    release() {
      held = false;
      for (const client of waiting.splice(0)) join(client);
    },
    async stop() {
      listener.close();
      for (const socket of [...open, ...waiting]) socket.destroy();
    },
  };
}
