import { reactive } from 'vue';

/** The few words the kit says by itself. Sentences belong to the screens' own locale files. */
const fr = {
  close: 'Fermer',
  cancel: 'Annuler',
  unsaved: 'Ce que vous avez saisi n’est pas enregistré.',
  leave: 'Fermer sans enregistrer',
  stay: 'Continuer',
  chooseFile: 'Choisir un fichier',
  noFile: 'Aucun fichier choisi',
  removeFile: 'Retirer ce fichier',
  undo: 'Annuler',
  loading: 'Un instant…',
  choose: 'Choisir',
  sortedUp: 'trié du plus petit au plus grand',
  sortedDown: 'trié du plus grand au plus petit',
  sort: 'Trier par',
  optional: 'facultatif',
  step: 'Étape',
  of: 'sur',
  notifications: 'Messages',
  more: 'Autres actions',
};
export type KitWords = typeof fr;

const en: KitWords = {
  close: 'Close',
  cancel: 'Cancel',
  unsaved: 'What you entered is not saved.',
  leave: 'Close without saving',
  stay: 'Continue',
  chooseFile: 'Choose a file',
  noFile: 'No file chosen',
  removeFile: 'Remove this file',
  undo: 'Undo',
  loading: 'One moment…',
  choose: 'Choose',
  sortedUp: 'sorted from lowest to highest',
  sortedDown: 'sorted from highest to lowest',
  sort: 'Sort by',
  optional: 'optional',
  step: 'Step',
  of: 'of',
  notifications: 'Messages',
  more: 'More actions',
};

export const words = reactive<KitWords>({ ...fr });

/** Follows the language of the interface. */
export function setKitLanguage(language: 'fr' | 'en'): void {
  Object.assign(words, language === 'en' ? en : fr);
}
