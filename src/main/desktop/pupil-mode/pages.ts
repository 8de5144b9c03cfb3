import { ipcMain, type IpcMainInvokeEvent } from 'electron';
import * as v from 'valibot';
import type { Reply } from '../../../contract/bridge';
import { computerAskSchema, computerRequests, type ComputerRequest } from '../../../contract/pupil-mode';
import { COMPUTER_ASK, MEETING_ASK } from '../../../contract/pupil-mode-channels';
import { meetingAskSchema, meetingRequests } from '../../../contract/pupil-meeting';
import type { Applications } from './applications';
import type { DeviceKey } from './device-key';
import type { LeaveCode } from './leave-code';
import type { LessonHold } from './lesson-hold';
import type { Meeting } from './meeting';
import { isLocalPage, place } from './place';

type Requests = typeof computerRequests;
type Answers = {
  readonly [R in ComputerRequest]: (
    input: v.InferOutput<Requests[R]['input']>,
    origin: string,
  ) => v.InferInput<Requests[R]['reply']> | Promise<v.InferInput<Requests[R]['reply']>>;
};

/** No request of the contract is longer (bytes of text). */
const LONGEST = 16_384;
const BAD: Reply = { ok: false, error: { code: 'BAD_INPUT', params: { path: '' } } };
const asked = v.tuple([v.pipe(v.string(), v.maxLength(LONGEST))]);

interface Computer {
  readonly meeting: Meeting;
  readonly applications: Applications;
  readonly hold: LessonHold;
  readonly code: LeaveCode;
  readonly key: DeviceKey;
  line(up: boolean): void;
}

/** Each request of a page: read as text, from the page it may come from, against its schema; whatever else is refused. */
export function answerPages(computer: Computer): void {
  const answers = answersOf(computer);
  ipcMain.handle(COMPUTER_ASK, (event, ...args: unknown[]) =>
    answered(async () => {
      const from = event.senderFrame?.url ?? '';
      const read = place.isDoor(from) && isOwnFrame(event) && readText(args, computerAskSchema);
      if (!read) return BAD;
      const input = v.safeParse(computerRequests[read.request].input, read.input);
      if (!input.success) return BAD;
      // One table of answers, each with the input its schema read; TypeScript cannot follow the name there.
      const answer = answers[read.request] as (input: unknown, origin: string) => unknown;
      return { ok: true, value: await answer(input.output, new URL(from).origin) };
    }),
  );
  ipcMain.handle(MEETING_ASK, (event, ...args: unknown[]) =>
    answered(async () => {
      const read = isLocalPage(event.senderFrame?.url ?? '') && readText(args, meetingAskSchema);
      if (!read) return BAD;
      const { meeting } = computer;
      if (read.request === 'go') {
        const input = v.safeParse(meetingRequests.go, read.input);
        if (!input.success) return BAD;
        await meeting.go(input.output.address);
      } else if (read.request === 'trust') {
        const input = v.safeParse(meetingRequests.trust, read.input);
        if (!input.success) return BAD;
        await meeting.trust(input.output.print, input.output.code);
      } else if (read.request === 'look') await meeting.look();
      return { ok: true, value: meeting.state };
    }),
  );
}

const isOwnFrame = (event: IpcMainInvokeEvent): boolean =>
  event.senderFrame?.url === event.sender.mainFrame.url;

async function answered(work: () => Promise<Reply>): Promise<string> {
  try {
    return JSON.stringify(await work());
  } catch (error) {
    process.stderr.write(`pupil mode: ${error instanceof Error ? error.message : String(error)}\n`);
    return JSON.stringify({
      ok: false,
      error: { code: 'INTERNAL', params: { reference: '' } },
    } satisfies Reply);
  }
}

function readText<S extends v.GenericSchema>(args: unknown[], schema: S): v.InferOutput<S> | false {
  const text = v.safeParse(asked, args);
  if (!text.success) return false;
  try {
    const read = v.safeParse(schema, JSON.parse(text.output[0]));
    return read.success && read.output;
  } catch {
    return false;
  }
}

function answersOf({ applications, hold, code, key, line }: Computer): Answers {
  return {
    full: ({ on, over }) => ({ on: hold.full(on, over) }),
    async leave({ code: typed }) {
      const left = await code.try(typed);
      if (left.outcome === 'left') hold.leave();
      return left;
    },
    line({ up }) {
      line(up);
      return {};
    },
    async applications() {
      const { applications: named, open } = await applications.list();
      return { applications: [...named], open: [...open] };
    },
    start: async ({ id }) => ({ outcome: await applications.start(id) }),
    stop: async ({ id }) => ({ outcome: await applications.stop(id) }),
    settle(limits) {
      hold.limited();
      return applications.settle(limits);
    },
    alive() {
      hold.alive();
      return {};
    },
    key() {
      const keyId = key.keyId();
      return keyId === undefined ? {} : { keyId };
    },
    makeKey: () => ({ publicKey: key.make() }),
    async keepKey({ keyId }) {
      await key.keep(keyId);
      return {};
    },
    async forgetKey() {
      await key.forget();
      return {};
    },
    sign({ challenge }, origin) {
      const signature = key.sign(challenge, origin);
      if (signature === undefined) throw new Error('no key');
      return { signature };
    },
  };
}
