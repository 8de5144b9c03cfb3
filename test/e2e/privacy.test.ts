import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { StaffBridge } from '../../src/contract/bridge';
import { launchApp, type RunningApp } from './harness';
import { REHEARSAL } from './walk/network';
import { look } from './walk/look';
import { acceptCharter, button, choose, goTo } from './walk/staff';

// What the page finds; typed here because the function runs in the window.
declare const window: { preau?: StaffBridge };

describe('« Vie privée »', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await launchApp({ demonstration: true, env: { PREAU_LAN: REHEARSAL } });
  });
  afterAll(() => app.close());
  const tab = (page: Page, name: string) => page.getByRole('tab', { name }).click();

  it('answers a request by the keyboard, from who asks to what is handed out', async () => {
    const { page } = app;
    await page.getByRole('navigation', { name: 'Menu' }).waitFor();
    await goTo(page, 'Vie privée');
    await page.getByRole('heading', { name: 'Demandes des personnes' }).waitFor();
    await look(page, 'demandes-vides');
    const open = button(page, 'Noter une demande');
    await open.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Noter une demande' });
    await dialog.getByLabel('Nom ou prénom').fill('a');
    await page.keyboard.press('Enter');
    await dialog.getByRole('radio').first().click();
    await choose(page, dialog.getByLabel('Identité'), 'Je connais cette personne');
    await look(page, 'demande');
    await button(dialog, 'Noter une demande').click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText(/réponse avant le/).waitFor();
    await look(page, 'demandes');
    await button(page, 'Voir le dossier').click();
    await page.getByRole('heading', { name: /Ce que l’école sait de/ }).waitFor();
    await page.getByRole('heading', { name: 'Ce qui n’est pas sur cet ordinateur' }).waitFor();
    await look(page, 'dossier');
    await page.getByRole('link', { name: '← Vie privée' }).click();
    await button(page, 'Noter une suite').click();
    await page.getByRole('menuitem', { name: /Réponse donnée/ }).click();
    await page.getByText('répondu', { exact: true }).waitFor();
  });

  it('says who may be photographed, and prints it', async () => {
    const { page } = app;
    await goTo(page, 'Vie privée');
    await tab(page, 'Photos');
    await page.getByRole('table', { name: 'Qui peut être photographié ?' }).waitFor();
    await look(page, 'photos');
  });

  it('writes an incident down with its clock, and the text to send', async () => {
    const { page } = app;
    await goTo(page, 'Vie privée');
    await tab(page, 'Incidents');
    await button(page, 'Noter un incident').click();
    const dialog = page.getByRole('dialog', { name: 'Noter un incident' });
    await dialog.getByLabel('En quelques mots').fill('Liste envoyée au mauvais parent');
    await dialog
      .getByLabel('Ce qui s’est passé')
      .fill('Une liste de classe est partie chez une autre famille.');
    await look(page, 'incident');
    await button(dialog, 'Noter un incident').click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText(/il reste 7[12] h pour prévenir/).waitFor();
    await look(page, 'incidents');
    await button(page, 'Texte à envoyer').click();
    const text = page.getByRole('dialog', { name: 'Texte à envoyer' }).getByRole('textbox');
    expect(await text.inputValue()).toMatch(/violation de données personnelles[\s\S]*autre famille/);
    await page.keyboard.press('Escape');
  });

  it('makes the register, the durations and the notices from what is there', async () => {
    const { page } = app;
    await goTo(page, 'Vie privée');
    await tab(page, 'Registre');
    await page.getByRole('heading', { name: /Annuaire de l’école/ }).waitFor();
    await page
      .getByText(/responsables conjoints de l’ENT/)
      .first()
      .waitFor();
    await look(page, 'registre');
    await tab(page, 'Durées');
    await page.getByRole('table', { name: 'Combien de temps' }).waitFor();
    await look(page, 'durees');
    await tab(page, 'Informations');
    await page.getByRole('heading', { name: 'Vos droits' }).waitFor();
    await look(page, 'informations');
  });

  it('is told to anybody, in words of a child too', async () => {
    const { page } = app;
    await page.getByRole('link', { name: 'Données personnelles' }).click();
    await page.getByRole('heading', { name: 'Vos données à l’école' }).waitFor();
    await page.getByRole('radio', { name: 'les élèves' }).click();
    await page.getByText(/Rien n’est enregistré/).waitFor();
    await look(page, 'notice-eleves');
    await button(page, 'Retour').click();
    await page.getByRole('navigation', { name: 'Menu' }).waitFor();
  });

  it('shows an administrator who looked at what, and that nothing is missing', async () => {
    const { page } = app;
    /** An administrator of the school signs in at this window, as the screens of rights and of accounts would have it. */
    await page.evaluate(async () => {
      const ask = async (method: string, input: unknown): Promise<Record<string, never>> => {
        const reply = await window.preau?.request(method, input);
        if (!reply?.ok) throw new Error(`${method} ${JSON.stringify(reply)}`);
        return reply.value as Record<string, never>;
      };
      const given = (await ask('rights.delegate', {
        person: { kind: 'new', first: 'Ada', family: 'Technique' },
        role: 'administrator',
        classes: [],
        groups: [],
        from: { date: '2026-09-01', time: '08:00' },
      })) as unknown as { person: string; password: { password: string } };
      const { person, password } = given;
      await ask('session.signIn', { who: person, password: password.password });
      await ask('people.changePassword', { current: password.password, next: 'horloge-marron-52' });
      // The window hears who it is now.
      await ask('session.signIn', { who: person, password: 'horloge-marron-52' });
    });
    // The first page that is asked for is the charter.
    await page.getByRole('link', { name: 'Préau' }).click();
    await acceptCharter(page);
    await goTo(page, 'Qui a consulté quoi');
    await page.getByRole('heading', { name: 'Qui a consulté quoi' }).waitFor();
    await page.getByText(/Journal intact/).waitFor();
    await page.getByRole('table', { name: 'Qui a consulté quoi' }).waitFor();
    await look(page, 'traces');
    // Ids alone: an administrator of machines knows nobody by it.
    expect(await page.getByText('BARBIER').count()).toBe(0);
    await choose(page, page.getByLabel('Quoi', { exact: true }), 'Incident noté');
    await button(page, 'Afficher').click();
    await page.getByText('1 ligne', { exact: true }).waitFor();
    await page.getByRole('cell', { name: 'Incident noté' }).waitFor();
  });
});
