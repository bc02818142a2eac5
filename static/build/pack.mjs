// Packs what the build has made, once and as well as can be: the server hands out whichever the browser unpacks.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const TEXT = /\.(html|js|css|svg|json|txt|webmanifest)$/;
const WORTH_IT = 1024;

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const path = join(entry.parentPath ?? entry.path, entry.name);
  if (/\.(br|gz)$/.test(entry.name)) {
    rmSync(path);
    continue;
  }
  if (!TEXT.test(entry.name)) continue;
  const plain = readFileSync(path);
  if (plain.length < WORTH_IT) continue;
  const packings = {
    br: brotliCompressSync(plain, {
      params: { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length, [constants.BROTLI_PARAM_QUALITY]: 11 },
    }),
    gz: gzipSync(plain, { level: 9 }),
  };
  for (const [ending, packed] of Object.entries(packings))
    if (packed.length < plain.length) writeFileSync(`${path}.${ending}`, packed);
}
