// Reads every .d.ts below a folder with TypeScript's own parser, and prints what it declares as JSON:
// the text without comments, the tags in comments, every identifier, and what is no TypeScript.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const [, , folder] = process.argv;
const printer = ts.createPrinter({ removeComments: true });
const found = {};
for (const entry of readdirSync(folder, { recursive: true }).sort()) {
  if (!entry.endsWith('.d.ts')) continue;
  const text = readFileSync(join(folder, entry), 'utf8');
  const file = ts.createSourceFile(entry, text, ts.ScriptTarget.Latest, true);
  const identifiers = new Set();
  const tags = [];
  const visit = (node) => {
    if (ts.isIdentifier(node)) identifiers.add(node.text);
    for (const doc of node.jsDoc ?? []) {
      for (const tag of doc.tags ?? []) tags.push(tag.tagName.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  found[entry] = {
    declared: printer.printFile(file),
    statements: file.statements.length,
    identifiers: [...identifiers],
    tags: tags.filter((tag) => !['example', 'remarks', 'see'].includes(tag)),
    wrong: file.parseDiagnostics.map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')),
  };
}
console.log(JSON.stringify(found));
