import type { Capabilities } from '../../../contract/pupil/door';
import { computer } from './computer';
import { canHoldKey } from './device-key';

/** What this browser can do, asked of it and not guessed from its name. */
export function capabilities(): Capabilities {
  const media: Partial<MediaDevices> | undefined = navigator.mediaDevices as MediaDevices | undefined;
  const pupilMode = computer() !== undefined;
  return {
    capture: typeof media?.getDisplayMedia === 'function' && (pupilMode || !coarse()),
    battery: 'getBattery' in navigator,
    touch: navigator.maxTouchPoints > 0,
    camera: coarse() || typeof media?.getUserMedia === 'function',
    keys: canHoldKey() && isSecureContext,
    ...(pupilMode && { pupilMode }),
  };
}

/** Mobile Chromium has `getDisplayMedia` and always refuses it. */
const coarse = (): boolean =>
  matchMedia('(pointer: coarse)').matches && !matchMedia('(any-pointer: fine)').matches;
