// static/dist before a hub that was built earlier: the console as it is now, with no Rust build. Files go out as the hub sends
// them (packed, with its headers), everything else is the hub's.
import { existsSync, readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = join(dirname(fileURLToPath(import.meta.url)), '../../dist');
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const HUBS = /^\/(api|ws|docs|redoc|health|metrics|c\/[^/]+\/|(openapi|asyncapi)\.json)(\/|\?|$)|^\/c\/(files|recordings)/;

/**
 * @param {number} port
 * @param {string} hub
 */
export async function startFront(port, hub) {
  const sample = await fetch(hub);
  const OWN = /^(content-(length|encoding|type)|etag|cache-control|date|connection|keep-alive|transfer-encoding|x-request-id)$/;
  const headers = Object.fromEntries([...sample.headers].filter(([name]) => !OWN.test(name)));

  function file(path, answer) {
    const named = path.startsWith('/assets/') || path.includes('.');
    const whole = normalize(join(DIST, named ? path : path.startsWith('/c/') ? 'chat.html' : 'index.html'));
    if (!whole.startsWith(DIST) || !existsSync(whole)) return void answer.writeHead(404).end();
    const packed = existsSync(`${whole}.br`);
    answer.writeHead(200, {
      ...headers,
      'Content-Type': TYPES[extname(whole)] ?? 'application/octet-stream',
      'Cache-Control': named ? 'public, max-age=31536000, immutable' : 'no-cache',
      ...(packed ? { 'Content-Encoding': 'br' } : {}),
    });
    answer.end(readFileSync(packed ? `${whole}.br` : whole));
  }
  const onward = (asked) => request(new URL(asked.url, hub), { method: asked.method, headers: asked.headers });
  const server = createServer((asked, answer) => {
    if (!HUBS.test(asked.url)) return file(new URL(asked.url, hub).pathname, answer);
    const there = onward(asked);
    there.on('response', (it) => (answer.writeHead(it.statusCode, it.headers), it.pipe(answer)));
    // The hub is away: so are we.
    there.on('error', () => answer.destroy());
    asked.pipe(there);
  });
  server.on('upgrade', (asked, socket, head) => {
    const there = onward(asked);
    there.on('error', () => socket.destroy());
    there.on('response', () => socket.destroy());
    there.on('upgrade', (it, other, rest) => {
      const lines = Object.entries(it.headers).map(([name, value]) => `${name}: ${value}`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      socket.write(rest);
      other.write(head);
      socket.pipe(other).pipe(socket);
      socket.on('error', () => other.destroy()).on('close', () => other.destroy());
      other.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    });
    there.end();
  });
  await new Promise((done, failed) => server.once('error', failed).listen(port, '127.0.0.1', () => done(undefined)));
  return {
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
