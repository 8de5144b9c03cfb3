import * as v from 'valibot';
import { computerAskSchema, computerRequests } from '../../../src/contract/pupil-mode';
import { makePupilKey } from '../../../src/demo/pupils/keys';
import type { ComputerApp } from '../../../src/domain/device/apps-of-class';
import { mayRun } from '../../../src/domain/device/may-run';
import type { TestSchool } from '../../integration/lan/school';

/** The other side of the bridge of a computer in pupil mode: what the desktop would answer, without windows or programs. */
export function pupilModeComputer(school: TestSchool, applications: readonly ComputerApp[]) {
  const key = makePupilKey();
  const held: { keyId?: string; limits?: v.InferOutput<typeof computerRequests.settle.input> } = {};
  const open = new Set<string>();
  const allows = (id: string): boolean => held.limits !== undefined && mayRun(held.limits.apps, id);

  function start({ id }: { id: string }): { outcome: string } {
    if (!applications.some((app) => app.id === id)) return { outcome: 'missing' };
    if (!allows(id)) return { outcome: 'not-allowed' };
    open.add(id);
    return { outcome: 'started' };
  }
  function settle(limits: NonNullable<typeof held.limits>): unknown {
    held.limits = limits;
    const closed = [...open].filter((id) => !allows(id));
    for (const id of closed) open.delete(id);
    return { apps: 'done', copy: 'done', closed };
  }
  function full({ on }: { on: boolean }): unknown {
    if (!on) {
      delete held.limits;
      open.clear();
    }
    return { on };
  }
  const parse = v.parse;
  const answers: Partial<Record<keyof typeof computerRequests, (input: unknown) => unknown>> = {
    applications: () => ({ applications, open: [...open] }),
    start: (input) => start(parse(computerRequests.start.input, input)),
    stop: (input) => ({
      outcome: open.delete(parse(computerRequests.stop.input, input).id) ? 'stopped' : 'not-open',
    }),
    settle: (input) => settle(parse(computerRequests.settle.input, input)),
    full: (input) => full(parse(computerRequests.full.input, input)),
    key: () => (held.keyId === undefined ? {} : { keyId: held.keyId }),
    makeKey: () => ({ publicKey: key.publicKey }),
    keepKey(input) {
      held.keyId = parse(computerRequests.keepKey.input, input).keyId;
      return {};
    },
    sign: (input) => ({
      signature: key.prove(parse(computerRequests.sign.input, input).challenge, school.origin),
    }),
  };
  return {
    open,
    get limits() {
      return held.limits;
    },
    answer(text: string): Promise<string> {
      const { request, input } = parse(computerAskSchema, JSON.parse(text));
      return Promise.resolve(JSON.stringify({ ok: true, value: answers[request]?.(input) ?? {} }));
    },
  };
}
