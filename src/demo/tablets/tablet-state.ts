import type { BatteryState } from './shell';
import type { DeviceFile } from './sync-service';

export interface TabletMake {
  serial: string;
  model: string;
  battery?: Partial<BatteryState>;
  /** API level; 28 is Android 9. */
  sdk?: number;
}

/** What a tablet holds besides its files: applications, settings, its screen. */
export class TabletState {
  readonly props: Record<string, string>;
  readonly battery: BatteryState;
  readonly files = new Map<string, DeviceFile>();
  /** Package name → bytes of the installed .apk, or the beginning of them. */
  readonly installed = new Map<string, Buffer>();
  readonly versions = new Map<string, string>();
  /** Of Android itself: on the home screen, never in `pm list packages -3`. */
  readonly systemApps: string[] = [
    'com.android.chrome',
    'com.android.settings',
    'com.google.android.youtube',
  ];
  browser: string | undefined = 'com.android.chrome';
  readonly suspended = new Set<string>();
  /** Android lets no shell put these to sleep. */
  readonly kept = new Set<string>(['com.android.settings']);
  /** Emptied by `pm clear`. */
  readonly cleared: string[] = [];
  readonly settings = new Map<string, string>([
    ['system screen_brightness', '180'],
    ['system screen_brightness_mode', '1'],
  ]);
  readonly started: string[] = [];
  readonly stopped: string[] = [];
  readonly notices: string[] = [];
  awake = true;
  /** A code of its own: the lock screen stays. */
  readonly storageKb = { total: 26_214_400, used: 9_437_184, free: 16_777_216 };
  screen = { width: 1920, height: 1200, turned: false };
  wifi: string | undefined = '127.0.0.1';
  /** Seconds that its clock is ahead. */
  ahead = 0;
  /** Lines of its shell that were run, word by word. */
  readonly ran: string[][] = [];
  /** Answers of a tablet that lies, by the first words of a command. */
  readonly lies = new Map<string, string>();
  /** What a package whose manifest it cannot read is taken for; undefined: it refuses it. */
  unread: string | undefined;
  /** `undefined` lets an install succeed; otherwise the code `pm` prints, e.g. INSTALL_FAILED_INSUFFICIENT_STORAGE. */
  installFailure: string | undefined;
  /** Of this start of its kernel: no two tablets say the same, whatever their serial numbers. */
  bootId: string | undefined;
  /** Switched off or restarted by a command. */
  powered: 'on' | 'off' | 'reboot' = 'on';

  constructor(options: TabletMake) {
    const sdk = options.sdk ?? 28;
    this.props = {
      'ro.serialno': options.serial,
      'ro.product.model': options.model,
      'ro.product.manufacturer': 'Préau',
      'ro.product.name': 'peer',
      'ro.product.device': 'peer',
      'ro.build.version.release': String(sdk - 19),
      'ro.build.version.sdk': String(sdk),
      'ro.build.version.security_patch': '2021-03-05',
    };
    this.bootId = `00000000-0000-4000-8000-${Buffer.from(options.serial).toString('hex').slice(-12).padStart(12, '0')}`;
    this.battery = {
      level: 80,
      status: 2,
      usbPowered: true,
      acPowered: false,
      temperature: 281,
      voltage: 4012,
      health: 2,
      ...options.battery,
    };
  }
  get sdk(): number {
    return Number(this.props['ro.build.version.sdk']);
  }
}
