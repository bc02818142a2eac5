import { places, type Place, type RouteName } from '../routes';

export const railGroups = ['work', 'company'] as const;

/** One place may stand for several pages: the settings have one entry in the navigation. */
export const isWithin = (it: Place, name: RouteName | undefined): boolean =>
  it.name === name ||
  (it.group === 'settings' && places('settings').some((one) => one.name === name)) ||
  (it.name === 'channels' && name === 'agent');
