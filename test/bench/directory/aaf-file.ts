import type { AafRecord } from './town';

/** AAF 1D as text: `ficAlimMENESR`, one request an object (`reference/peers-ent-sync.md` B3). */

export type AafEncoding = 'ISO-8859-15' | 'UTF-8';

export const head = (encoding: AafEncoding): string =>
  `<?xml version="1.0" encoding="${encoding}"?>\n<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">\n<ficAlimMENESR>\n`;
export const TAIL = '</ficAlimMENESR>\n';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function operational(kind: AafRecord['kind']): string {
  const name = kind === 'EtabEducNat' ? 'categorieStructure' : 'categoriePersonne';
  return `<operationalAttributes><attr name="${name}"><value>${kind}</value></attr></operationalAttributes>`;
}

function values(value: string | string[]): string {
  return [value]
    .flat()
    .map((one) => `<value>${escaped(one)}</value>`)
    .join('');
}

/** One object; a modification replaces the attributes it names. */
export function request(
  { kind, id, attributes }: AafRecord,
  what: 'add' | 'modify' | 'delete' = 'add',
): string {
  const identifier = `<identifier><id>${id}</id></identifier>`;
  const said = Object.entries(attributes);
  const body =
    what === 'add'
      ? `<attributes>${said.map(([name, value]) => `<attr name="${name}">${values(value)}</attr>`).join('')}</attributes>`
      : what === 'modify'
        ? `<modifications>${said
            .map(
              ([name, value]) =>
                `<modification name="${name}" operation="replace">${values(value)}</modification>`,
            )
            .join('')}</modifications>`
        : '';
  return `<${what}Request>${operational(kind)}${identifier}${body}</${what}Request>\n`;
}

/** ISO-8859-15 differs from Latin-1 in eight places, of which French uses three. */
export function encode(text: string, encoding: AafEncoding): Buffer {
  if (encoding === 'UTF-8') return Buffer.from(text, 'utf8');
  const moved = text.replaceAll('œ', '\u00bd').replaceAll('Œ', '\u00bc').replaceAll('€', '\u00a4');
  return Buffer.from(moved, 'latin1');
}

export function aafFile(objects: readonly string[], encoding: AafEncoding = 'ISO-8859-15'): Buffer {
  return encode(head(encoding) + objects.join('') + TAIL, encoding);
}

export const fileName = (kind: AafRecord['kind'], form: 'Complet' | 'Delta' = 'Complet'): string =>
  `ENT1D_ENTPRIMAIRE_${form}_20261120_${kind}_0000.xml`;
