import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import type { Me, Role } from '../api/types';
import { can, canChange, may, rolesToGive } from './rights';
import { session } from './session.svelte';

const as = (role: Role): void => void (session.me = { id: 7, role } as Me);
afterEach(() => void (session.me = null));

it('lets each role do what the server lets it', () => {
  expect([may('operator', 'leads.export'), may('manager', 'leads.export'), may('owner', 'leads.export')]).toEqual([
    false,
    true,
    true,
  ]);
  expect([may('manager', 'ai.key'), may('owner', 'ai.key')]).toEqual([false, true]);
});

it('lets nobody do anything before it is known who they are', () => {
  expect(can('leads.export')).toBe(false);
  expect(rolesToGive()).toEqual([]);
});

it('knows who may change whom', () => {
  as('manager');
  expect([canChange({ id: 8, role: 'operator' }), canChange({ id: 8, role: 'manager' })]).toEqual([true, false]);
  expect(rolesToGive()).toEqual(['operator']);
  as('owner');
  expect([canChange({ id: 8, role: 'owner' }), canChange({ id: 7, role: 'owner' })]).toEqual([true, false]);
  as('operator');
  expect(canChange({ id: 8, role: 'operator' })).toBe(false);
});

it('is the only place where roles are compared', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (it) => /\.(ts|svelte)$/.test(it) && !/\.test\.ts$/.test(it),
  );
  const compares = /\brole\s*[=!]==?\s*['"](operator|manager|owner)|['"](operator|manager|owner)['"]\s*[=!]==?\s*\S*\brole\b/;
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.filter((it) => it !== 'lib/rights.ts' && compares.test(readFileSync(`src/${it}`, 'utf8')))).toEqual([]);
});
