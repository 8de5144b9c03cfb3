import { rm } from 'node:fs/promises';
import type { Page } from 'playwright-core';
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
    async tablet(school, label, ...names) {
      const held = browsers.get(school.root) ?? (await trustingChromium(school.root, { args: FAKE_DEVICES }));
      if (!browsers.has(school.root)) {
        browsers.set(school.root, held);
        onTestFinished(async () => {
          browsers.delete(school.root);
          await held.close();
        });
      }
      const context = await held.browser.newContext({
        viewport: { width: 820, height: 1180 },
        hasTouch: true,
        locale: 'fr-FR',
      });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      await page.goto(school.devices.startEnrolment(TEACHER, { label, kind: 'tablet' }).enrolUrl);
      for (const [n, name] of names.entries()) {
        if (n > 0) await page.getByRole('button', { name: /Nous sommes/ }).tap();
        await page.locator('.p-card', { hasText: name }).tap();
        await page.locator('.p-who h1', { hasText: name }).waitFor();
      }
      return page;
    },
  };
}
