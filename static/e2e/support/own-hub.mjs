// A hub of one's own, real or the stand-in, with a fresh directory and port. It ends with the script, whatever ends the script.
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Below the ephemeral range: nobody's outgoing connection can have it. */
export async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 9000);
    const probe = createServer();
    const free = await new Promise((done) => probe.once('error', () => done(false)).listen(port, '127.0.0.1', () => done(true)));
    await new Promise((done) => (free ? probe.close(done) : done(undefined)));
    if (free) return port;
  }
}

/**
 * @param {string} binary
 * @param {Record<string, string>} settings
 */
export const startHub = (binary, settings) => start(resolve(binary), ['serve'], settings);
export const startStandIn = () => start(process.execPath, [join(dirname(fileURLToPath(import.meta.url)), '../fake-hub.mjs')], {});

/**
 * @param {string} program
 * @param {string[]} words
 * @param {Record<string, string>} settings
 */
async function start(program, words, settings) {
  const dir = mkdtempSync(join(tmpdir(), 'switchboard-e2e.'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logPath = join(dir, 'hub.log');
  // Its whole environment: neither a proxy nor a setting of this machine leaks in.
  const env = { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: String(port), PUBLIC_URL: url, ...settings };
  const log = () => readFileSync(logPath, 'utf8').split('\n').slice(-30).join('\n');

  function run() {
    const out = openSync(logPath, 'a');
    const child = spawn(program, words, { cwd: dir, env, stdio: ['ignore', out, out] });
    closeSync(out);
    const ended = new Promise((done) => child.once('error', done).once('exit', done));
    return { child, ended };
  }
  async function comesUp() {
    const end = Date.now() + 30_000;
    while (
      !(await fetch(`${url}/health`).then(
        (it) => it.ok,
        () => false,
      ))
    ) {
      if (now.child.exitCode !== null || now.child.pid === undefined || Date.now() > end)
        throw new Error(`the hub does not come up\n${log()}`);
      await pause(50);
    }
  }

  let now = run();
  const remove = () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  const abandon = () => {
    now.child.kill('SIGKILL');
    remove();
  };
  process.once('exit', abandon);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
  await comesUp();
  return {
    url,
    log,
    /** As when the power fails: at once, with nothing said to anybody. */
    async restart() {
      now.child.kill('SIGKILL');
      await now.ended;
      now = run();
      await comesUp();
    },
    async stop() {
      now.child.kill('SIGKILL');
      await now.ended;
      process.off('exit', abandon);
      remove();
    },
  };
}
