// Reads AsyncAPI documents as the specification's own parser does; a remark of any severity that is not listed here is a failure.
import { readFile } from 'node:fs/promises';
import { Parser } from '@asyncapi/parser';

// What only the operator of a server knows, and no declaration says.
const UNKNOWN_HERE = new Set([
  'asyncapi-id',
  'asyncapi-3-tags',
  'asyncapi-info-contact',
  'asyncapi-info-license',
  'asyncapi3-info-contact',
  'asyncapi3-info-license',
]);

let failed = false;
for (const file of process.argv.slice(2)) {
  const text = await readFile(file, 'utf8');
  const { document, diagnostics } = await new Parser().parse(text);
  const said = diagnostics.filter(({ code }) => !UNKNOWN_HERE.has(code));
  for (const { code, message, path } of said) console.error(`${file}: ${code}: ${message} at ${path.join(' › ')}`);
  if (!document || said.length > 0) {
    failed = true;
    continue;
  }
  // Read once more as a program would.
  const messages = document.allMessages().all();
  const operations = document.allOperations().all();
  const bare = messages.filter((message) => message.examples().isEmpty()).map((message) => message.id());
  const unanswered = operations.filter((operation) => operation.isReceive() && !operation.reply()).map((operation) => operation.id());
  console.log(JSON.stringify({ file, messages: messages.length, operations: operations.length, bare, unanswered }));
}
process.exitCode = failed ? 1 : 0;
