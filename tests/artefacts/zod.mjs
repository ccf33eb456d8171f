// Parses values with the emitted schemas: `zod.mjs MODULE VALUES`. Every disagreement is a line.
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';

const [module, file] = process.argv.slice(2);
const schemas = await import(pathToFileURL(module).href);
const values = JSON.parse(await readFile(file, 'utf8'));
let disagreed = 0;
for (const { table, name, text, fits, written } of values) {
  const value = JSON.parse(text);
  const schema = schemas[table][name];
  const parsed = schema?.safeParse(value);
  const say = (what) => {
    disagreed += 1;
    console.error(`${table} ${name}: ${text} ${what}`);
  };
  if (!parsed) say('has no schema');
  else if (parsed.success && !fits) say('is taken');
  else if (!parsed.success && fits) say(`is refused: ${JSON.stringify(parsed.error.issues)}`);
  // What serde writes is given on whole.
  else if (written && !isDeepStrictEqual(parsed.data, value)) say(`becomes ${JSON.stringify(parsed.data)}`);
}
console.log(`${values.length} values, ${disagreed} disagreements`);
process.exitCode = disagreed > 0 ? 1 : 0;
