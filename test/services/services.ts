import { demonstrateFilemail } from './filemail/filemail.js';
import { demonstrate as demonstrateFileGenius } from './filegenius/filegenius.js';
import { demonstrateFilesCom } from './files-com/files-com.js';
import type { Knobs } from './knobs.js';
import { demonstrateSendspace } from './sendspace/sendspace.js';

/** What every `start…` function of a simulated service answers, at least. */
export interface Simulated {
  /** Where clients reach it. */
  url: string;
  knobs: Knobs;
  close(): Promise<void>;
}

/** A service that runs by itself, with what a person needs to know to use it: other URLs, who may sign in. */
export interface Demonstrated {
  service: Simulated;
  notes: readonly string[];
}

/** The simulated services that `npm run simulate` knows. A service adds its line here. */
export const services: Readonly<Record<string, (options: { port: number }) => Promise<Demonstrated>>> = {
  'files-com': demonstrateFilesCom,
  filemail: demonstrateFilemail,
  sendspace: demonstrateSendspace,
  filegenius: demonstrateFileGenius('filegenius'),
  tuyu: demonstrateFileGenius('tuyu'),
};
