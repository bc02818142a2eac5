/** Whether this browser can tell the time there; it throws at a name that it does not know. */
export function isZone(zone: string | null | undefined): zone is string {
  if (!zone) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** Where the machine stands, if it knows: some say `Etc/Unknown`, or something that nobody else has heard of. */
export function browserZone(): string | null {
  try {
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    return isZone(zone) ? zone : null;
  } catch {
    return null;
  }
}

/** The zones to choose from; an old browser has no list of them. */
export const allZones = (): string[] => ('supportedValuesOf' in Intl ? Intl.supportedValuesOf('timeZone') : ['UTC']);
