// Unmodified clients against running servers: `node run.mjs EXAMPLE DEPOT RUST-CLIENT` starts the example and the depot, whose
// channels have policies; `node run.mjs URL` uses an example that runs.
// A last argument after `--only` runs the links whose name contains it. The last line is `N passed, N failed`.
import { parseArgs } from 'node:util';
import { eventSourceScenarios } from './eventsource.mjs';
import { links } from './links.mjs';
import { runPolicies } from './policies.mjs';
import { startProxy } from './proxy.mjs';
import { scenarios } from './scenarios.mjs';
import { startServer } from './server.mjs';

const { values: { only }, positionals: [target, depot, rustClient] } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', default: '' } },
});
if (!target || (depot && !rustClient)) {
  console.error('usage: node run.mjs EXAMPLE|URL [DEPOT RUST-CLIENT] [--only PART OF A LINK\'S NAME]');
  process.exit(2);
}

const server = target.startsWith('http') ? { url: target, stop: async () => 0 } : await startServer(target);
const plain = links.find(({ calls }) => calls).make(server.url).client;
let passed = 0;
let failed = 0;
let runs = 0;

async function run(title, scenario, context) {
  // Unique per run, also on a server that has run before.
  const id = `${process.pid}-${Date.now()}-${++runs}-`;
  try {
    await scenario.run({ ...context, id });
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${title}: ${scenario.name}\n${String(error?.stack ?? error).replace(/^/gm, '    ')}`);
  }
}

for (const link of links.filter(({ name }) => name.includes(only))) {
  const before = passed + failed;
  const { client, close } = link.make(server.url);
  for (const scenario of scenarios.filter(({ needs }) => link[needs])) {
    if (scenario.needs !== 'resumes') {
      await run(link.name, scenario, { client });
      continue;
    }
    const proxy = await startProxy(server.url);
    const behind = link.make(proxy.url);
    await run(link.name, scenario, { direct: plain, throughProxy: behind.client, proxy });
    behind.close();
    await proxy.stop();
  }
  close();
  console.log(`${link.name}: ${passed + failed - before} scenarios`);
}

for (const scenario of 'EventSource'.includes(only) ? eventSourceScenarios : []) {
  const proxy = await startProxy(server.url);
  await run('EventSource', scenario, { direct: plain, url: server.url, proxy });
  await proxy.stop();
}

const servers = [server];
if (depot) {
  servers.push(await startServer(depot));
  await runPolicies({ url: servers[1].url, rustClient, only, run });
}

for (const { stop } of servers) {
  const code = await stop();
  if (code === 0) continue;
  failed += 1;
  console.log(`FAILED a server ended with ${code} when it was told to stop`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
