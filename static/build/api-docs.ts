import { cpSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

/** Puts Swagger UI and ReDoc beside the console, as files: the pages work offline and under the same CSP. */
export function apiDocs(): Plugin {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const require = createRequire(import.meta.url);
  return {
    name: 'api-docs',
    apply: 'build',
    closeBundle() {
      const out = join(root, 'dist/docs');
      mkdirSync(out, { recursive: true });
      cpSync(join(root, 'docs'), out, { recursive: true });
      const swagger = dirname(require.resolve('swagger-ui-dist/package.json'));
      for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js']) cpSync(join(swagger, file), join(out, file));
      const redoc = dirname(require.resolve('redoc/package.json'));
      cpSync(join(redoc, 'bundles/redoc.standalone.js'), join(out, 'redoc.standalone.js'));
    },
  };
}
