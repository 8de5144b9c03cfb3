/** Zones with French schools: metropolitan France first, then overseas. */
export const SCHOOL_TIME_ZONES = [
  'Europe/Paris',
  'America/Guadeloupe',
  'America/Martinique',
  'America/Cayenne',
  'Indian/Reunion',
  'Indian/Mayotte',
  'America/Miquelon',
  'Pacific/Noumea',
  'Pacific/Tahiti',
  'Pacific/Wallis',
] as const;

export function isTimeZone(zone: string): boolean {
  return (SCHOOL_TIME_ZONES as readonly string[]).includes(zone);
}
