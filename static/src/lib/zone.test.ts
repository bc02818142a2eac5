import { afterEach, expect, it, vi } from 'vitest';
import reports from '../../../tests/fixtures/reports/zones.json';
import { browserZone, isZone } from './zone';

afterEach(() => void vi.restoreAllMocks());

it('knows the zones and their other names, and nothing that is none', () => {
  for (const zone of reports.known) expect(isZone(zone), zone).toBe(true);
  for (const zone of reports.unknown) expect(isZone(zone), zone).toBe(false);
});

it('a machine that does not know where it stands has no zone', () => {
  vi.spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions').mockReturnValue({
    timeZone: 'Etc/Unknown',
  } as Intl.ResolvedDateTimeFormatOptions);
  expect(browserZone()).toBeNull();
});
