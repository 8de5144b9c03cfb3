import { csvFile } from './csv';
import { formatCode } from './label-code';
import type { LifeState } from './life-cycle';
import type { Accessory, AccessoryKind, Device } from './record';
import type { DeviceKind } from '../device/device';

/**
 * The inventory as a file for the town hall. The head is GLPI's own French vocabulary (« Nom », « Numéro de série », « Numéro
 * d'inventaire », « Statut », « Lieu »…), so that its `datainjection` model maps by itself (reference/peers-classroom-fleet.md
 * B.3). GLPI has no kind for a tablet: « Type » says it.
 */
export const EXPORT_HEAD = [
  'Nom',
  'Type',
  'Fabricant',
  'Modèle',
  'Numéro de série',
  "Numéro d'inventaire",
  'Statut',
  'Lieu',
  'Emplacement',
  'Associé à',
  'Code étiquette',
] as const;

export interface ExportWords {
  readonly deviceKind: Readonly<Record<DeviceKind, string>>;
  readonly accessoryKind: Readonly<Record<AccessoryKind, string>>;
  readonly state: Readonly<Record<LifeState, string>>;
}

/** An official file: its words are French whatever the language of the screen. */
export const FRENCH: ExportWords = {
  deviceKind: { tablet: 'Tablette', computer: 'Ordinateur' },
  accessoryKind: {
    headset: 'Casque',
    keyboard: 'Clavier',
    mouse: 'Souris',
    stylus: 'Stylet',
    charger: 'Chargeur',
    adapter: 'Adaptateur',
    microphone: 'Microphone',
    camera: 'Caméra',
    robot: 'Robot',
    cover: 'Housse',
    splitter: 'Doubleur audio',
    visualiser: 'Visualiseur',
    sensor: 'Capteur',
    barcodeReader: 'Lecteur de codes',
    memoryCard: 'Carte mémoire',
    other: 'Accessoire',
  },
  state: {
    inService: 'En service',
    inReserve: 'En réserve',
    inRepair: 'En réparation',
    missing: 'Introuvable',
    retired: 'Réformé',
  },
};

export interface ExportedDevice extends Device {
  readonly state: LifeState;
  readonly cartName: string | undefined;
  readonly accessories: readonly string[];
}
export interface ExportedAccessory extends Accessory {
  readonly state: LifeState;
  readonly deviceLabel: string | undefined;
}

export function exportCsv(
  devices: readonly ExportedDevice[],
  accessories: readonly ExportedAccessory[],
  words: ExportWords = FRENCH,
): string {
  const common = (thing: Device | Accessory) => [thing.maker, thing.model, thing.serial, thing.assetNumber];
  const code = (thing: Device | Accessory) => (thing.code ? formatCode(thing.code) : undefined);
  return csvFile([
    EXPORT_HEAD,
    ...devices.map((device) => [
      device.label,
      words.deviceKind[device.kind],
      ...common(device),
      words.state[device.state],
      device.cartName,
      device.bay,
      device.accessories.join(', '),
      code(device),
    ]),
    ...accessories.map((accessory) => [
      accessory.label,
      words.accessoryKind[accessory.kind],
      ...common(accessory),
      words.state[accessory.state],
      undefined,
      undefined,
      accessory.deviceLabel,
      code(accessory),
    ]),
  ]);
}
