/** The part of des.js 1.1 that is used (it brings no types). */
declare module 'des.js' {
  interface Cipher {
    update(bytes: readonly number[]): number[];
    final(): number[];
  }
  interface Options {
    readonly type: 'encrypt' | 'decrypt';
    readonly key: readonly number[];
    readonly padding?: boolean;
  }
  const des: { readonly DES: { create(options: Options): Cipher } };
  export default des;
}
