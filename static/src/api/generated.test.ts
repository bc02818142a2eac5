// @vitest-environment node
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { types } from '../../build/types.mjs';

test("the console's types are those of the documents: else run `npm run gen`", async () => {
  const kept = readFileSync(new URL('./generated.ts', import.meta.url), 'utf8');
  expect(kept === (await types())).toBe(true);
});
