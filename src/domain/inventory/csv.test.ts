import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvCell, csvFile } from './csv';
import { EXPORT_HEAD, exportCsv } from './export';

describe('the CSV', () => {
  it('is read back by another reader, cell for cell', () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'é', '"', ';', '\n', '\r', ' ', '=', '-', '7', "'", ','),
    });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1 }), (rows) => {
        const read = parse(csvFile(rows), {
          bom: true,
          delimiter: ';',
          record_delimiter: '\r\n',
          relax_column_count: true,
          skip_empty_lines: false,
        });
        const unguarded = read.map((row) =>
          row.map((text, at) => unguard(text, rows[read.indexOf(row)]?.[at])),
        );
        expect(unguarded).toEqual(rows);
      }),
    );
  });

  it('lets no cell become a formula', () => {
    for (const attack of [
      '=1+1',
      '+cmd',
      '-2+3',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      ' =1',
      '＝1',
      '|calc',
      '\u00a0=1',
    ]) {
      const shown = csvCell(attack);
      expect(shown.replace(/^"/, '')).toMatch(/^'/);
    }
    expect(csvCell('-12,5')).toBe('-12,5');
    expect(csvCell(7)).toBe('7');
  });

  it('begins with a byte order mark and ends its lines as Windows does', () => {
    expect(csvFile([['Nom', 'Modèle']])).toBe('\ufeffNom;Modèle\r\n');
  });

  it("carries GLPI's vocabulary", () => {
    const text = exportCsv(
      [
        {
          id: 'device_aaaaaaaaaaaaa',
          label: 'Tablette 7',
          kind: 'tablet',
          serial: 'R52N60A0007',
          maker: 'Samsung',
          model: 'Galaxy Tab A7; 32 Go',
          bay: 7,
          code: 'BCDFGHJK',
          state: 'inRepair',
          cartName: 'Valise du cycle 3',
          accessories: ['Casque 7', 'Stylet 7'],
        },
      ],
      [
        {
          id: 'accessory_aaaaaaaaaaaaa',
          label: 'Casque 7',
          kind: 'headset',
          state: 'inService',
          deviceLabel: 'Tablette 7',
        },
      ],
    );
    const [head, device, accessory] = text.slice(1).split('\r\n');
    expect(head).toBe(EXPORT_HEAD.join(';'));
    expect(device).toBe(
      'Tablette 7;Tablette;Samsung;"Galaxy Tab A7; 32 Go";R52N60A0007;;En réparation;Valise du cycle 3;7;Casque 7, Stylet 7;BCDF-GHJK',
    );
    expect(accessory).toBe('Casque 7;Casque;;;;;En service;;;Tablette 7;');
  });
});

/** The apostrophe is ours where the original began like a formula. */
function unguard(text: string, original: string | undefined): string {
  return text === `'${original ?? ''}` ? text.slice(1) : text;
}
