/**
 * What a feed may be at most. The largest seen is a town of 206 schools and 35,000 pupils (about 150 MB of XML); an
 * academy's is ten times that and still passes. Everything is read as it comes, so that only these say when to stop.
 */
export const FEED_LIMITS = {
  /** bytes of one XML file, unpacked */
  xmlBytes: 4 * 1024 ** 3,
  /** UTF-16 units between two tags, or in one tag: the longest value of AAF is an address */
  markupLength: 64 * 1024,
  /** elements inside each other; AAF has five */
  depth: 8,
  /** XML attributes of one element; AAF has two at most */
  xmlAttributes: 8,
  /** attributes of one object, and values of one attribute */
  attributes: 200,
  values: 500,
  /** UTF-16 units of one value */
  valueLength: 500,
  /** files in one archive, and dropped at once */
  entries: 400,
  /** unpacked bytes for each packed one: XML packs 20 to 40 times, a bomb a thousand */
  packing: 200,
  /** bytes looked at to tell what a file is */
  sniff: 4096,
} as const;
