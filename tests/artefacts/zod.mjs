// Parses values with the emitted schemas: `zod.mjs MODULE VALUES`.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

const [module, file] = process.argv.slice(2);
const schemas = await import(pathToFileURL(module).href);
let checked = 0;
for (const { table, name, text, fits } of JSON.parse(await readFile(file, 'utf8'))) {
  const value = JSON.parse(text);
  const schema = schemas[table][name];
  assert.ok(schema, `${table} has no ${name}`);
  const parsed = schema.safeParse(value);
  assert.equal(parsed.success, fits, `${table} ${name}: ${text}: ${parsed.error ?? 'is taken'}`);
  // What is known of a value is kept.
  if (fits) assert.deepEqual(parsed.data, value, `${table} ${name}`);
  checked += 1;
}
console.log(`${checked} values`);
