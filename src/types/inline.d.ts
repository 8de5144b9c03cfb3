/** A file that the bundle carries in itself (vitejs.dev, « Static Asset Handling »): its `data:` address, base64. */
declare module '*?url&inline' {
  const address: string;
  export default address;
}
