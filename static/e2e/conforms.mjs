// Does a value look as a schema of the API's documents says? Only what those documents use is understood; another word of JSON
// Schema is an error, so that nothing passes because it was not looked at.
const NOTES = new Set(['description', 'title', 'examples', 'default', 'format', 'contentMediaType', 'uniqueItems', '$ref']);

const KINDS = {
  null: (it) => it === null,
  string: (it) => typeof it === 'string',
  boolean: (it) => typeof it === 'boolean',
  number: (it) => typeof it === 'number',
  integer: (it) => Number.isInteger(it),
  array: Array.isArray,
  object: (it) => typeof it === 'object' && it !== null && !Array.isArray(it),
};
const chars = (it) => [...it].length;
const isText = KINDS.string,
  isNumber = KINDS.number,
  isList = KINDS.array,
  isObject = KINDS.object;
const shown = (it) => JSON.stringify(it)?.slice(0, 60);

/** One rule a word: what is wrong with `it`, as lines that begin with where it stands. */
const RULES = {
  type: (want, it) => ([want].flat().some((kind) => KINDS[kind](it)) ? [] : [`is no ${want}: ${shown(it)}`]),
  enum: (words, it) => (words.includes(it) ? [] : [`is none of ${words}: ${shown(it)}`]),
  const: (word, it) => (word === it ? [] : [`is not ${word}: ${shown(it)}`]),
  pattern: (text, it) => (!isText(it) || new RegExp(text, 'u').test(it) ? [] : [`does not fit ${text}: ${shown(it)}`]),
  minLength: (least, it) => (!isText(it) || chars(it) >= least ? [] : ['is too short']),
  maxLength: (most, it) => (!isText(it) || chars(it) <= most ? [] : ['is too long']),
  minimum: (least, it) => (!isNumber(it) || it >= least ? [] : [`is below ${least}`]),
  maximum: (most, it) => (!isNumber(it) || it <= most ? [] : [`is above ${most}`]),
  minItems: (least, it) => (!isList(it) || it.length >= least ? [] : ['has too few items']),
  maxItems: (most, it) => (!isList(it) || it.length <= most ? [] : ['has too many items']),
  required: (names, it) => (isObject(it) ? names.filter((name) => it[name] === undefined).map((name) => `lacks ${name}`) : []),
  properties: (fields, it, look) =>
    isObject(it)
      ? Object.entries(fields).flatMap(([name, schema]) => (it[name] === undefined ? [] : look(schema, it[name], name)))
      : [],
  additionalProperties: (schema, it, look, all) =>
    isObject(it)
      ? Object.keys(it)
          .filter((name) => !(name in (all.properties ?? {})) && it[name] !== undefined)
          .flatMap((name) => (schema === false ? [`has ${name}`] : look(schema, it[name], name)))
      : [],
  items: (schema, it, look) => (isList(it) ? it.flatMap((item, n) => look(schema, item, n)) : []),
  prefixItems: (schemas, it, look) => (isList(it) ? schemas.flatMap((schema, n) => look(schema, it[n], n)) : []),
  anyOf: (schemas, it, look) => (schemas.some((schema) => look(schema, it).length === 0) ? [] : look(schemas[0], it)),
  oneOf: (schemas, it, look) =>
    schemas.filter((schema) => look(schema, it).length === 0).length === 1 ? [] : ['is not just one of what it may be'],
};

/** What is wrong with a value, a line each. */
export function wrongs(document, schema, value, at = '') {
  if (schema === true) return [];
  const look = (inner, it, name) => wrongs(document, inner, it, name === undefined ? at : `${at}/${name}`);
  const named = schema.$ref
    ?.slice(2)
    .split('/')
    .reduce((it, key) => it[key], document);
  const found = named ? look(named, value) : [];
  for (const [word, want] of Object.entries(schema)) {
    if (NOTES.has(word)) continue;
    if (!RULES[word]) throw new Error(`${word} of a schema is not understood here`);
    found.push(...RULES[word](want, value, look, schema).map((line) => (line.startsWith('/') ? line : `${at || '/'} ${line}`)));
  }
  return found;
}

/** What is wrong with the answer to a request, by the operation that the document has for it. */
export function wrongAnswer(document, method, path, status, body) {
  const fits = (pattern) => new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`).test(path);
  // A fixed word comes before the parameter that would swallow it.
  const known = Object.keys(document.paths).sort((a, b) => a.includes('{') - b.includes('{'));
  const operation = document.paths[known.find(fits)]?.[method.toLowerCase()];
  if (!operation) return [`${method} ${path} is no operation`];
  const answer = operation.responses[status] ?? (status >= 400 && operation.responses.default);
  if (!answer) return [`${method} ${path} does not answer ${status}`];
  const schema = (answer.content?.['application/json'] ?? answer.content?.['application/problem+json'])?.schema;
  return schema ? wrongs(document, schema, body).map((line) => `${method} ${path}: ${line}`) : [];
}
