// A TCP proxy that cuts what it carries at random places, often inside a frame, and refuses connections for a while.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const LARGEST_SHARE = 6_000;
const LONGEST_REFUSAL_MS = 150;

/**
 * A connection may carry a random number of bytes towards the client; then it is destroyed, with what fitted sent before.
 * `spared(text)`: whether a connection that has carried this much must not be cut yet.
 */
export async function startCutting(target, random, spared = () => false) {
  const { hostname, port } = new URL(target);
  const open = new Set();
  let cuts = 0;
  let refusals = 0;
  let refused = 0;
  let cutting = false;
  let away = false;
  let stopped = false;
  let changed = () => {};

  const join = (client) => {
    const server = connect(Number(port), hostname);
    let share = random.between(1, LARGEST_SHARE);
    let seen = '';
    let armed = false;
    let ended = false;
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
    client.on('data', (bytes) => server.write(bytes));
    server.on('data', (bytes) => {
      if (client.destroyed) return;
      if (!cutting || !armed) {
        client.write(bytes);
        if (!armed) {
          seen += bytes.toString('latin1');
          armed = !spared(seen);
          // What is looked for may lie across two pieces, and is short.
          seen = seen.slice(-100);
        }
        return;
      }
      if (ended) return;
      if (bytes.length <= share) {
        share -= bytes.length;
        client.write(bytes);
        return;
      }
      ended = true;
      client.write(bytes.subarray(0, share), () => cut(client));
    });
  };

  const cut = (client) => {
    // A reset throws away what is on the way, an end does not: both happen.
    if (random.chance(0.5)) client.resetAndDestroy();
    else client.destroy();
    cuts += 1;
    if (random.chance(0.2)) refused = random.between(1, 3);
    else if (random.chance(0.2)) leave();
    changed();
  };

  const listener = createServer((client) => {
    client.on('error', () => {});
    if (away || refused > 0) {
      refused = Math.max(0, refused - 1);
      refusals += 1;
      client.resetAndDestroy();
    } else join(client);
  });
  const listen = async (at) => {
    listener.listen(at, '127.0.0.1');
    await once(listener, 'listening');
  };
  await listen(0);
  const own = listener.address().port;

  /** Nobody listens for a while. */
  const leave = () => {
    if (away) return;
    away = true;
    listener.close();
    setTimeout(async () => {
      if (stopped) return;
      await listen(own);
      away = false;
    }, random.between(20, LONGEST_REFUSAL_MS));
  };

  return {
    url: `http://127.0.0.1:${own}`,
    get cuts() {
      return cuts;
    },
    get refusals() {
      return refusals;
    },
    /** Cuts from now on, until there were this many. */
    async cutTimes(times) {
      cutting = true;
      await new Promise((resolve) => {
        changed = () => {
          if (cuts >= times) resolve();
        };
        changed();
      });
      cutting = false;
      refused = 0;
    },
    stop() {
      stopped = true;
      listener.close();
      for (const socket of open) socket.destroy();
    },
  };
}
