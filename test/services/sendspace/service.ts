import type { DownloadLink, Account, StoredFile } from './records.js';
import { code, type State } from './state.js';
import { NODES, type SendspaceKnobbed } from './turns.js';

/** What each part of the service works with. */
export interface Service {
  state: State;
  knobs: SendspaceKnobbed;
  /** Of each origin, without a slash at the end. */
  urls: Record<string, string>;
  /** The node that is used next: they take turns. */
  turn: number;
}

/** The node whose turn it is. */
export function nextNode(service: Service): { node: string; url: string } {
  const node = NODES[service.turn++ % NODES.length] ?? '';
  return { node, url: service.urls[node] ?? '' };
}

/** A new link to a file's bytes, at a node. */
export function linkTo(service: Service, file: StoredFile, account: Account | undefined): string {
  const { state, knobs } = service;
  const key = code(32);
  const link: DownloadLink = { fileId: file.id, account, expires: state.now() + knobs.downloadUrlLifetime * 1000 };
  state.links.set(key, link);
  return `${nextNode(service).url}/dl/${key.slice(0, 16)}/${key.slice(16)}/${file.id}/${encodeURIComponent(file.name)}`;
}

/** The page where anybody can have a file. */
export const pageOf = ({ urls }: Service, file: StoredFile): string => `${urls['www'] ?? ''}/file/${file.id}`;

/** The page where its uploader can delete it. */
export const deletePageOf = ({ urls }: Service, file: StoredFile): string => `${urls['www'] ?? ''}/delete/${file.id}/${file.deleteKey}`;

/** Accounts that pay have links to the bytes themselves. */
export const isPremium = ({ membershipType, membershipEnds }: Account): boolean =>
  /^(pro|max)$/i.test(membershipType) && membershipEnds !== 0;
