// Reads AsyncAPI documents as the specification's own parser does; a remark of any severity is a failure.
import { readFile } from 'node:fs/promises';
import { Parser } from '@asyncapi/parser';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';

let failed = false;
const fail = (text) => {
  console.error(text);
  failed = true;
};
for (const file of process.argv.slice(2)) {
  const text = await readFile(file, 'utf8');
  const { document, diagnostics } = await new Parser().parse(text);
  for (const { code, message, path } of diagnostics) fail(`${file}: ${code}: ${message} at ${path.join(' › ')}`);
  if (!document) continue;

  // Read once more as a program would. The parser leaves examples alone; the schemas are those of draft 7.
  const messages = document.allMessages().all();
  const operations = document.allOperations().all();
  const ajv = new Ajv({ strict: false, logger: false });
  addFormats.default(ajv);
  ajv.addSchema(JSON.parse(text), 'all');
  for (const [key, message] of Object.entries(JSON.parse(text).components.messages)) {
    const validate = ajv.compile({ $ref: `all#/components/messages/${key}/payload` });
    for (const { payload } of message.examples ?? []) {
      if (!validate(payload)) fail(`${file}: an example of ${key}: ${ajv.errorsText(validate.errors)}`);
    }
  }
  const bare = messages.filter((message) => message.examples().isEmpty()).map((message) => message.id());
  const unanswered = operations.filter((operation) => operation.isReceive() && !operation.reply()).map((operation) => operation.id());
  console.log(JSON.stringify({ file, messages: messages.length, operations: operations.length, bare, unanswered }));
}
process.exitCode = failed ? 1 : 0;
