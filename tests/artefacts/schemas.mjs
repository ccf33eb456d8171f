// Compiles every emitted JSON Schema in strict mode, and checks the examples of the manifest: `schemas.mjs FOLDER…`.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import addFormats from 'ajv-formats';
import Ajv from 'ajv/dist/2020.js';

// Of the OpenAPI Format Registry; they tell other languages which type fits, and `minimum` and `maximum` say the range.
const NUMBERS = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'float', 'double'];

let failed = 0;
const fail = (text) => {
  console.error(text);
  failed += 1;
};

/** Tells each list of certain items that does not say how many there are; fewer may be there than are described. */
const checkLists = (schema, folder) => {
  if (schema === null || typeof schema !== 'object') return;
  if (Array.isArray(schema.prefixItems)) {
    const { prefixItems, minItems, maxItems } = schema;
    const fits = maxItems === prefixItems.length && Number.isInteger(minItems) && minItems >= 0 && minItems <= maxItems;
    if (!fits) fail(`${folder}: ${prefixItems.length} items, but at least ${minItems} and at most ${maxItems}`);
  }
  for (const inner of Object.values(schema)) checkLists(inner, folder);
};

for (const folder of process.argv.slice(2)) {
  const read = async (file) => JSON.parse(await readFile(join(folder, file), 'utf8'));
  const document = await read('events-schemas.json');
  const manifest = await read('events-manifest.json');
  // Its own rule for lists would have every item be there.
  const ajv = new Ajv({ strict: true, strictTuples: false, allowUnionTypes: true, allErrors: true });
  checkLists(document, folder);
  addFormats.default(ajv);
  for (const format of NUMBERS) ajv.addFormat(format, true);
  // The document is a schema without a claim of its own; these hold the schemas of events.
  ajv.addVocabulary(['events', 'channels']);
  if (!ajv.validateSchema(document)) fail(`${folder}: no JSON Schema: ${ajv.errorsText()}`);
  ajv.addSchema(document, 'all');
  let compiled = 0;
  const places = [...Object.entries(document.events), ...Object.entries(document.channels ?? {})];
  for (const [name, sides] of places) {
    const under = name in document.events ? 'events' : 'channels';
    for (const side of Object.keys(sides)) {
      const place = `all#/${under}/${name}/${side}`;
      try {
        if (!ajv.validateSchema(sides[side])) throw new Error(ajv.errorsText());
        const validate = ajv.compile({ $ref: place });
        compiled += 1;
        const example = manifest.events.find((event) => event.name === name)?.example;
        if (side === 'input' && example !== undefined && !validate(example)) {
          fail(`${folder}: the example of ${name}: ${ajv.errorsText(validate.errors)}`);
        }
      } catch (error) {
        fail(`${folder}: ${place}: ${error.message}`);
      }
    }
  }
  for (const [side, { $defs }] of Object.entries(document.$defs)) {
    for (const key of Object.keys($defs)) {
      const pointer = encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
      try {
        ajv.compile({ $ref: `all#/$defs/${side}/$defs/${pointer}` });
      } catch (error) {
        fail(`${folder}: ${side} ${key}: ${error.message}`);
      }
    }
  }
  console.log(JSON.stringify({ folder, compiled }));
  if (compiled === 0) fail(`${folder}: no schema`);
}
process.exitCode = failed ? 1 : 0;
