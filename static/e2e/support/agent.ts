// The stand-in's agent: off until the company has a key, then whatever a test sets.
import type { Company } from './company.ts';

export const KEY = 'sk-company-1234';
type Settings = { settings: Record<string, unknown> };

export const giveKey = (company: Company) => company.api.ask('PATCH', '/api/ai', { api_key: KEY });

/** The settings of one web chat: those of the building company's preset, which ask for a plot and greet in Russian. */
export async function setAgent(company: Company, channel: number, part: Record<string, unknown> = {}): Promise<void> {
  const { presets } = await company.api.ask<{ presets: Settings[] }>('GET', '/api/agent/presets');
  await company.api.ask('PUT', `/api/channels/${channel}/agent`, { ...presets[0]!.settings, ...part });
}

/** The stand-in makes leads for the first conversation it holds. */
export const seedLeads = (company: Company, count: number) => company.api.ask('POST', '/api/fake/leads', { count });
