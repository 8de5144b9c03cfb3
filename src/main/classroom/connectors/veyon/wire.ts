/** What veyon-server speaks beside RFB: QVariants in QDataStream (Qt 5.5), big endian, a 32-bit length before each message. */

const INT = 2;
const MAP = 8;
const STRING = 10;
const STRING_LIST = 11;
const BYTES = 12;
const UUID = 30;

export type Value =
  | { readonly int: number }
  | { readonly text: string }
  | { readonly texts: readonly string[] }
  | { readonly bytes: Uint8Array }
  | { readonly uuid: string }
  | { readonly map: Readonly<Record<string, Value>> };

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};
const counted = (bytes: Uint8Array): Buffer => Buffer.concat([u32(bytes.length), bytes]);
const text = (value: string): Buffer => counted(Buffer.from(value, 'utf16le').swap16());
const variant = (type: number, body: Uint8Array): Buffer =>
  Buffer.concat([u32(type), Buffer.from([0]), body]);

function encode(value: Value): Buffer {
  if ('int' in value) return variant(INT, u32(value.int));
  if ('text' in value) return variant(STRING, text(value.text));
  if ('texts' in value)
    return variant(STRING_LIST, Buffer.concat([u32(value.texts.length), ...value.texts.map(text)]));
  if ('bytes' in value) return variant(BYTES, counted(value.bytes));
  if ('uuid' in value) return variant(UUID, Buffer.from(value.uuid.replaceAll('-', ''), 'hex'));
  const entries = Object.entries(value.map);
  return variant(
    MAP,
    Buffer.concat([u32(entries.length), ...entries.flatMap(([key, one]) => [text(key), encode(one)])]),
  );
}

/** One message with its length. */
export const message = (...values: readonly Value[]): Buffer => counted(Buffer.concat(values.map(encode)));

/** Longest message taken from a server, bytes: its answers are names and states. */
export const MAX_MESSAGE = 256 * 1024;

/** The byte array that is the only value of a message (the challenge). @throws RangeError for anything else */
export function onlyBytes(body: Buffer): Buffer {
  if (body.readUInt32BE(0) !== BYTES) throw new RangeError('not a byte array');
  const length = body.readUInt32BE(5);
  if (body.length !== 9 + length) throw new RangeError('wrong length');
  return body.subarray(9);
}

/** Veyon's features that are used, with their numbers in 4.x. */
export const FEATURES = {
  lock: 'ccb535a2-1d24-4cc1-a709-8b47d2b2ac79',
  message: 'e75ae9c8-ac17-4d00-8f0d-019348346208',
  startApp: 'da9ca56a-b2ad-4fff-8f8a-929b2927b442',
  openWebsite: '8a11a75d-b3db-48b6-b9cb-f8422ddd5b0c',
  powerOff: 'a88039f2-6716-40d8-b4e1-9f5cd48e91ed',
  reboot: '4f7d98f0-395a-4fff-b968-e49b8d0f748c',
  demoServer: 'e4b6e743-1f5b-491d-9364-e091086200f4',
  demoFullScreen: '7b6231bd-eb89-45d3-af32-f70663b2f878',
  demoWindow: 'ae45c3db-dc2e-4204-ae8b-374cdab8c62c',
} as const;

/** RFB message type of a feature message, both ways. */
export const FEATURE_MESSAGE = 41;
export const feature = (
  name: keyof typeof FEATURES,
  command: number,
  args: Readonly<Record<string, Value>> = {},
): Buffer =>
  Buffer.concat([
    Buffer.from([FEATURE_MESSAGE]),
    message({ uuid: FEATURES[name] }, { int: command }, { map: args }),
  ]);
