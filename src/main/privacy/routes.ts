import type { Readable } from 'node:stream';
import type { privacySubject } from '../../contract/staff/privacy';
import { PreauError } from '../../domain/errors';
import type { FileStore } from '../files/port';
import type { StaffHandlers } from '../capability';
import type { PrivacyService } from './service';

export interface PrivacyRouteDeps {
  readonly files: Pick<FileStore, 'openRead'>;
  readonly shelf: {
    uploaded(connection: string, id: string): { sha256: string; size: number; name: string; type: string };
    offer(
      connection: string,
      file: { name: string; type: string; size?: number; open: () => Readable | Promise<Readable> },
    ): string;
  };
}

/** A scan is a picture or a PDF of one sheet. Bytes. */
const SCAN_MAX = 20 * 1024 * 1024;
const SCAN_TYPES: readonly string[] = ['application/pdf', 'image/jpeg', 'image/png', 'image/webp'];

export const privacyRoutes = (
  { register, images, cases, person, traces }: PrivacyService,
  { files, shelf }: PrivacyRouteDeps,
) =>
  ({
    register: ({ actor }) => register.register(actor),
    notice: ({ actor }) => register.notice(actor),
    saveContacts: async ({ actor }, input) => {
      await register.saveContacts(actor, input);
      return {};
    },
    retention: ({ actor }) => register.retention(actor),

    images: ({ actor }, { class: classId }) => images.images(actor, classId),
    authorise: async ({ actor, connection }, { scan, ...input }) => {
      const file = scan === undefined ? undefined : shelf.uploaded(connection, scan);
      if (file && file.size > SCAN_MAX) throw new PreauError('TOO_LARGE', { limit: SCAN_MAX });
      if (file && !SCAN_TYPES.includes(file.type)) throw new PreauError('FILE_REFUSED', { reason: 'type' });
      const { sha256 = '', size = 0, name = '', type = '' } = file ?? {};
      await images.authorise(actor, input, file && { sha256, size, name: name.slice(0, 200), type });
      return {};
    },
    scan: async ({ actor, connection }, { paper }) => {
      const { sha256, size, name, type } = await images.scanOf(actor, paper);
      return { download: shelf.offer(connection, { name, type, size, open: () => files.openRead(sha256) }) };
    },
    mayPublish: ({ actor }, { pupils }) => images.mayPublish(actor, pupils),

    findPerson: async ({ actor }, { query }) => ({
      people: (await person.find(actor, query)).map((one) => ({ ...one })),
    }),
    requests: async ({ actor }) => ({ requests: await cases.requests(actor) }),
    openRequest: async ({ actor }, input) => ({ id: await cases.openRequest(actor, input) }),
    requestStep: async ({ actor }, input) => {
      await cases.requestStep(actor, input);
      return {};
    },
    personFile: ({ actor }, { request }) => person.file(actor, request),
    exportPerson: async ({ actor, connection }, { request, words }) => ({
      download: shelf.offer(connection, {
        ...(await person.archive(actor, request, words)),
        type: 'application/zip',
      }),
    }),
    erasure: ({ actor }, { request }) => person.erasure(actor, request),
    erase: async ({ actor }, { request }) => ({ erased: await person.erase(actor, request) }),

    breaches: async ({ actor }) => ({ breaches: await cases.breaches(actor) }),
    lostPostes: async ({ actor }) => ({ postes: await cases.lostPostes(actor) }),
    openBreach: async ({ actor }, input) => ({ id: await cases.openBreach(actor, input) }),
    breachStep: async ({ actor }, input) => {
      await cases.breachStep(actor, input);
      return {};
    },

    traces: ({ actor }, input) => traces.traces(actor, input),
    exportTraces: async ({ actor, connection }, { words, ...filter }) => ({
      download: shelf.offer(connection, {
        ...(await traces.csv(actor, filter, words)),
        type: 'text/csv; charset=utf-8',
      }),
    }),
  }) satisfies StaffHandlers<typeof privacySubject>;
