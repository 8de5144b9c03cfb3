import { rm } from 'node:fs/promises';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import {
  CLASS,
  openSchool,
  TEACHER,
  type SchoolOptions,
  type TestSchool,
} from '../../integration/lan/school';
import { trustingChromium } from '../../integration/lan/trusting-chromium';
import { buildPupilApp } from './browser';

/** A camera and a microphone that are there, and say yes. */
const FAKE_DEVICES = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
];

export interface RealClass {
  /** The built app. */
  folder(): string;
  open(options?: SchoolOptions): Promise<TestSchool>;
  /** A tablet enrolled through the app's own screen, with somebody at it. */
  tablet(school: TestSchool, label: string, ...names: string[]): Promise<Page>;
  /** A computer in pupil mode, likewise: `computer` answers what the page asks of its bridge (contract/pupil-mode.ts). */
  laptop(
    school: TestSchool,
    label: string,
    name: string,
    computer: (text: string) => Promise<string>,
  ): Promise<Page>;
}

/** The built app in a real Chromium that trusts a real poste: door, certificates, files and store are the product's. */
export function useRealClass(): RealClass {
  let folder = '';
  beforeAll(async () => {
    folder = await buildPupilApp();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const browsers = new Map<string, Awaited<ReturnType<typeof trustingChromium>>>();
  return {
    folder: () => folder,
    async open(options = {}) {
      const school = await openSchool({ pupilFolder: folder, ...options });
      if (!options.folder)
        await school.classroom.open(TEACHER, { class: CLASS, mode: 'personal', pictureCode: false });
      return school;
    },
    tablet: (school, label, ...names) =>
      enter(
        school,
        { label, kind: 'tablet' },
        { viewport: { width: 820, height: 1180 }, hasTouch: true },
        names,
      ),
    laptop: (school, label, name, computer) =>
      enter(
        school,
        { label, kind: 'computer' },
        { viewport: { width: 1366, height: 768 } },
        [name],
        async (context) => {
          await context.exposeFunction('computerAnswers', computer);
          await context.addInitScript(
            'window.preauComputer = { ask: (text) => window.computerAnswers(text), subscribe: () => () => {} };',
          );
        },
      ),
  };

  async function enter(
    school: TestSchool,
    device: { readonly label: string; readonly kind: 'tablet' | 'computer' },
    options: BrowserContextOptions,
    names: readonly string[],
    prepare?: (context: BrowserContext) => Promise<void>,
  ): Promise<Page> {
    const held = browsers.get(school.root) ?? (await trustingChromium(school.root, { args: FAKE_DEVICES }));
    if (!browsers.has(school.root)) {
      browsers.set(school.root, held);
      onTestFinished(async () => {
        browsers.delete(school.root);
        await held.close();
      });
    }
    const context = await held.browser.newContext({ ...options, locale: 'fr-FR' });
    await prepare?.(context);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(school.devices.startEnrolment(TEACHER, device).enrolUrl);
    for (const [n, name] of names.entries()) {
      if (n > 0) await page.getByRole('button', { name: /Nous sommes/ }).click();
      await page.locator('.p-card', { hasText: name }).click();
      await page.locator('.p-who h1', { hasText: name }).waitFor();
    }
    return page;
  }
}
