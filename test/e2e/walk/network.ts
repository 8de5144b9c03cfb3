/** The school's network played on this computer: any free port, nothing announced. */
export const REHEARSAL = JSON.stringify({ secure: 0, plain: 0 });
