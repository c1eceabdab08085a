import { scripts } from '../../package.json';

/** The flags that `npm start` gives Node. */
export const NODE_FLAGS: readonly string[] = scripts.start.match(/--\S+/g) ?? [];
