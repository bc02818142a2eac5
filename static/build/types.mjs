// Makes the console's types from the API's two documents: `npm run gen`. With --check it only says whether they are up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const at = (path) => new URL(`../${path}`, import.meta.url);
const read = (name) => JSON.parse(readFileSync(at(`api/${name}.json`), 'utf8'));
const OUT = at('src/api/generated.ts');
const HEAD = '// Made from api/openapi.json and api/asyncapi.json by `npm run gen`; not to be edited by hand.\n';

/** The schemas of both documents, each frame's under its channel's side and type: `operatorHears` → `message.created`. */
function schemas() {
  const [openapi, asyncapi] = [read('openapi'), read('asyncapi')];
  const all = { ...asyncapi.components.schemas, ...openapi.components.schemas };
  const at = (pointer) =>
    pointer
      .slice(2)
      .split('/')
      .reduce((it, key) => it[key], asyncapi);
  for (const [side, operation] of Object.entries(asyncapi.operations)) {
    const properties = {};
    for (const { $ref } of operation.messages) {
      const { title, payload } = at(at($ref).$ref);
      properties[title] = payload;
    }
    all[side] = { type: 'object', properties, required: Object.keys(properties) };
  }
  return all;
}

async function types() {
  const ast = await openapiTS(
    { openapi: '3.1.0', info: { title: '', version: '' }, paths: {}, components: { schemas: schemas() } },
    { alphabetize: true, defaultNonNullable: false },
  );
  const text = astToString(ast);
  // Of a document without addresses the rest is empty.
  return HEAD + text.slice(text.indexOf('export interface components'), text.indexOf('export type $defs'));
}

const text = await types();
if (!process.argv.includes('--check')) writeFileSync(OUT, text);
else if (readFileSync(OUT, 'utf8') !== text) {
  console.error('src/api/generated.ts is not what the documents say: run `npm run gen`');
  process.exit(1);
}
