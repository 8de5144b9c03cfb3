/** What may cross a process, be stored or be signed: JSON, nothing else. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
