import { rm } from 'node:fs/promises';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { buildPupilApp, launchChromium, TABLET } from './browser';
import { lessonAnswers, newRoom, type Room } from './classroom';
import { openFakeDoor, type FakeDoor } from './fake-door';
import { makePdf } from './pdf-fixture';

const SUN = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="500"><rect width="800" height="500" fill="#cfe3ea"/><circle cx="400" cy="250" r="160" fill="#e8a33d"/></svg>',
);
/** Bytes that a door might serve: two that open, one that does not, and a page of the Web. */
const FILES = {
  '/files/tables.pdf': makePdf(3),
  '/files/soleil.svg': SUN,
  '/files/abime.pdf': Buffer.from('%PDF-1.4 but nothing more'),
  '/files/page.html': Buffer.from('<!doctype html><title>Page</title><h1>Le cycle de l’eau</h1>'),
};

export interface Scene {
  browser: Browser;
  door: FakeDoor;
  /** The built app. */
  folder: string;
  room: Room;
  /** A tablet of its own; a page error fails the test. */
  open(options?: BrowserContextOptions): Promise<Page>;
}

/** One browser and one door a file; a fresh room and fresh tablets a test. */
export function useScene(...chromiumArgs: string[]): Scene {
  const contexts: BrowserContext[] = [];
  const errors: string[] = [];
  const scene = {
    async open(options: BrowserContextOptions = TABLET) {
      const context = await scene.browser.newContext(options);
      contexts.push(context);
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => {
        if (/Content.Security.Policy/.test(message.text())) errors.push(message.text());
      });
      return page;
    },
  } as Scene;

  beforeAll(async () => {
    scene.folder = await buildPupilApp();
    scene.browser = await launchChromium(...chromiumArgs);
    scene.door = await openFakeDoor(scene.folder, FILES);
    reset();
  });
  function reset(): void {
    scene.room = newRoom();
    scene.door.answers = lessonAnswers(scene.room);
    scene.door.heard.length = 0;
    scene.door.bytes.length = 0;
    scene.door.uploads.clear();
    scene.door.accept();
  }
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    reset();
    expect(errors.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await scene.browser.close();
    await scene.door.close();
    await rm(scene.folder, { recursive: true, force: true });
  });
  return scene;
}
