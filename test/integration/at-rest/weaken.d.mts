/** What is off in this process; both on at first. */
export declare const weakened: { cipher: boolean; compression: boolean };
