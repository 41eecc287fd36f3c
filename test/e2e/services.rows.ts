import assert from 'node:assert/strict';
import { openAccount, openAnonymous, openFileGenius, openFilemail } from '../../stories/demo/backends.js';
import type { Backend } from '../../src/backend/backend.js';
import type { FileGenius } from '../services/filegenius/filegenius.js';
import { below } from '../services/filegenius/tree.js';
import type { Filemail } from '../services/filemail/filemail.js';
import type { Sendspace } from '../services/sendspace/sendspace.js';

/** A mail that a simulated service sent. */
export interface Sent {
  to: readonly string[];
  message: string;
  /** Where the service has one. */
  subject?: string;
  /** Names of the files that its link leads to. */
  leadsTo: readonly string[];
  /** What the recipient opens. */
  links: readonly string[];
}

/** What a service keeps of the terms that a delivery was sent on. */
export interface Kept {
  password?: string;
  days?: number;
  limit?: number;
}

/** A service as the test sees it, behind the demo's page. */
export interface Open {
  backend: Backend;
  /** Names of the files that it keeps: none of its own at the start. */
  names(): string[];
  sha256(name: string): Promise<string>;
  mails(): Sent[];
  kept(): Kept;
  close(): Promise<void>;
}

const DAY = 86_400_000;

/** Whole days until then. */
export const daysUntil = (end: Date | null | undefined): number => Math.round(((end?.getTime() ?? Infinity) - Date.now()) / DAY);

/** One row of the demo's table, and what its backend can do. */
export interface Row {
  /** Its name at the relay. */
  name: string;
  label: string;
  /** Files lie in the folder of the delivery that they came with. */
  apart?: true;
  /** Nothing can be listed. */
  blind?: true;
  rename: boolean;
  move: boolean;
  subject: boolean;
  /** What the service must be told besides. */
  draft?: { sender: string };
  open(): Promise<Open>;
}

const one = <T>(found: T | undefined, name: string): T => found ?? assert.fail(`The service has no "${name}".`);

function filemailOf(service: Filemail, backend: Backend): Open {
  const { state } = service;
  const files = () =>
    [...state.transfers.values()].filter(({ status }) => status === 'STATUS_COMPLETE').flatMap((transfer) => [...transfer.files.values()]);
  return {
    backend,
    names: () => files().map(({ name }) => name),
    sha256: (name) =>
      state.sha256(
        one(
          files().find((file) => file.name === name),
          name,
        ),
      ),
    mails: () =>
      state.mails.map(({ to, subject, message, transferId, link }) => ({
        to: [to],
        subject,
        message,
        leadsTo: [...(state.transfers.get(transferId)?.files.values() ?? [])].map(({ name }) => name),
        links: [link],
      })),
    kept: () => {
      const { password, days } = one(state.transfers.get(state.mails[0]?.transferId ?? ''), 'transfer');
      return { password, days };
    },
    close: () => service.close(),
  };
}

function sendspaceOf(service: Sendspace, backend: Backend): Open {
  const { state } = service;
  const seeded = new Set(state.files.keys());
  const files = () => [...state.files.values()].filter(({ id }) => !seeded.has(id));
  return {
    backend,
    names: () => files().map(({ name }) => name),
    sha256: (name) =>
      state.sha256(
        one(
          files().find((file) => file.name === name),
          name,
        ).id,
      ),
    mails: () =>
      state.mails.map(({ to, message, links }) => ({
        to,
        message,
        leadsTo: files().flatMap(({ id, name }) => (links.some((link) => link.includes(id)) ? [name] : [])),
        links,
      })),
    kept: () => ({}),
    close: () => service.close(),
  };
}

function fileGeniusOf(service: FileGenius, backend: Backend): Open {
  const { state } = service;
  const all = () => [...below(state.root)].flatMap((entry) => (entry.type === 'file' ? [entry] : []));
  const seeded = new Set(all().map(({ id }) => id));
  const files = () => all().filter(({ id }) => !seeded.has(id));
  return {
    backend,
    names: () => files().map(({ name }) => name),
    sha256: (name) =>
      state.contents.sha256(
        one(
          files().find((file) => file.name === name),
          name,
        ).content,
      ),
    mails: () => state.mails.map(({ to, subject, message, names, url }) => ({ to: [to], subject, message, leadsTo: names, links: [url] })),
    kept: () => {
      const [link] = state.mails.flatMap(({ url }) => state.links.get(url.split('/').at(-1) ?? '') ?? []);
      return { days: daysUntil(link?.expires) };
    },
    close: () => service.close(),
  };
}

/** Every service of the demo but Files.com, whose bytes go another way. */
export const rows: readonly Row[] = [
  {
    name: 'filemail',
    label: 'Filemail',
    apart: true,
    rename: true,
    move: false,
    subject: true,
    open: async () => {
      const { service, backend } = await openFilemail();
      return filemailOf(service, backend);
    },
  },
  {
    name: 'sendspace',
    label: 'sendspace',
    rename: true,
    move: true,
    subject: false,
    open: async () => {
      const { service, backend } = await openAccount();
      return sendspaceOf(service, backend);
    },
  },
  {
    name: 'sendspace-anonymous',
    label: 'sendspace, without an account',
    blind: true,
    rename: false,
    move: false,
    subject: false,
    draft: { sender: 'me@example.com' },
    open: async () => {
      const { service, backend } = await openAnonymous();
      return sendspaceOf(service, backend);
    },
  },
  ...(['filegenius', 'tuyu'] as const).map((brand): Row => ({
    name: brand,
    label: { filegenius: 'FileGenius', tuyu: 'Tuyu' }[brand],
    rename: true,
    move: true,
    subject: true,
    open: async () => {
      const { service, backend } = await openFileGenius(brand);
      return fileGeniusOf(service, backend);
    },
  })),
];
