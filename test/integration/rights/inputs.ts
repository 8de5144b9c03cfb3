import * as v from 'valibot';

/** Values a window might send, tried in turn: the first that the schema takes is one it allows. */
const CANDIDATES: readonly unknown[] = [
  'abcd', '2026-11-23', '08:00', '2026-11-23T08:00:00.000Z', 'a'.repeat(64), '123456', '0:1', 'visitor-1', 'all', 'CM1', 'sheet',
  'classe-aaaaaaaaaaaaa_2026', '1-abc', 'A'.repeat(43), 'A'.repeat(22), '0951099D', 'https://example.org', 'fr.example.app', '0', '00:11:22:33:44:55', '192.168.1.20', 'x@y.fr', '127.0.0.1', '/dev/ttyUSB0', 'a'.repeat(13), 'a'.repeat(32),
  0, 1, 2026, 5, 100, true, null, {}, [], { date: '2026-11-23', half: 'AM' },
]; // prettier-ignore

interface Shape {
  readonly type: string;
  readonly message?: unknown;
  readonly entries?: Readonly<Record<string, v.GenericSchema>>;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly item?: v.GenericSchema;
  readonly items?: readonly v.GenericSchema[];
  readonly wrapped?: v.GenericSchema;
}

/**
 * An input of a request, made from its schema: what must be there, and nothing else.
 * @param ids by prefix, so that what is named exists
 */
export function sampleOf(schema: v.GenericSchema, ids: Readonly<Record<string, string>>): unknown {
  const shape = schema as unknown as Shape;
  const named = typeof shape.message === 'string' ? /^id (\w+)$/.exec(shape.message)?.[1] : undefined;
  if (named !== undefined) return ids[named] ?? `${named}_${'a'.repeat(13)}`;
  const made = byType(shape, ids);
  if (made !== undefined && v.is(schema, made)) return made;
  if (Array.isArray(made) && v.is(schema, [...(made as unknown[]), ...(made as unknown[])]))
    return [...(made as unknown[]), ...(made as unknown[])];
  const found = CANDIDATES.find((one) => v.is(schema, one));
  if (found === undefined) throw new Error(`no input for ${shape.type} ${JSON.stringify(made)}`);
  return found;
}

function byType(shape: Shape, ids: Readonly<Record<string, string>>): unknown {
  switch (shape.type) {
    case 'object':
    case 'strict_object':
    case 'loose_object':
      return Object.fromEntries(
        Object.entries(shape.entries ?? {})
          .filter(([, entry]) => entry.type !== 'optional')
          .map(([name, entry]) => [name, sampleOf(entry, ids)]),
      );
    case 'picklist':
      return shape.options?.[0];
    case 'literal':
      return shape.literal;
    case 'variant':
    case 'union':
      return sampleOf(shape.options?.[0] as v.GenericSchema, ids);
    case 'array':
      return shape.item ? [sampleOf(shape.item, ids)] : [];
    case 'tuple':
    case 'strict_tuple':
      return shape.items?.map((item) => sampleOf(item, ids));
    case 'nullable':
      return null;
    default:
      return undefined;
  }
}
