import { inject, type InjectionKey } from 'vue';
import type { Session } from './state/session';

export const SESSION: InjectionKey<Session> = Symbol('session');

export function useSession(): Session {
  const session = inject(SESSION);
  if (!session) throw new Error('no session');
  return session;
}
