/** A file of this project as text (Vite's `?raw`): code that is sent elsewhere, not run where it stands. */
declare module '*?raw' {
  const text: string;
  export default text;
}
