import { serveOrigin, type Cors } from '../origin.js';
import type { Demonstrated, Simulated } from '../services.js';
import { failurePage } from './answers.js';
import { api } from './api.js';
import { credentialsOf, PASSWORD, seed } from './seed.js';
import type { Brand, Service } from './service.js';
import { openState, type State } from './state.js';
import { fileGeniusKnobs, type FileGeniusKnobs } from './turns.js';

/** How a simulated FileGenius, or Tuyu, starts. */
export interface FileGeniusOptions {
  brand?: Brand;
  /** A free one when absent or 0. */
  port?: number;
  /** Scheme and host that clients sign, where that is not where it listens: as behind a proxy. */
  publicUrl?: string;
  /** Starts with nobody and nothing in it; otherwise with what `seed` puts there. */
  empty?: boolean;
}

/** A FileGenius, or a Tuyu, that runs on 127.0.0.1. */
export interface FileGenius extends Simulated {
  /** Without `/api`. */
  url: string;
  knobs: FileGeniusKnobs;
  /** The service's own side. */
  state: State;
}

/** No document speaks of CORS: it is closed until a test opens it. */
const CORS: Cors = { methods: ['GET', 'POST', 'PUT', 'DELETE'], headers: ['content-type'], exposed: [] };

/** Starts a simulated FileGenius, or Tuyu. */
export async function startFileGenius(options: FileGeniusOptions = {}): Promise<FileGenius> {
  const state = await openState();
  if (!options.empty) await seed(state);
  const knobs = fileGeniusKnobs();
  const service: Service = { brand: options.brand ?? 'filegenius', state, knobs, url: '' };
  const app = api(service);
  const origin = await serveOrigin({
    name: 'api',
    fetch: async (request) => knobs.spoiled(request, await app.fetch(request)),
    knobs,
    cors: CORS,
    refuse: failurePage,
    port: options.port,
  });
  service.url = options.publicUrl ?? origin.url;
  return {
    url: origin.url,
    knobs,
    state,
    close: async () => {
      await origin.close();
      await state.contents.close();
    },
  };
}

/** Starts it for a person: with the seed, and with what they need to know. */
export const demonstrate =
  (brand: Brand) =>
  async ({ port }: { port: number }): Promise<Demonstrated> => {
    const service = await startFileGenius({ brand, port });
    const people = [...service.state.users.values()].map(({ username }) => username);
    return {
      service,
      notes: [
        ...people.map((name) => `${name}: key "${credentialsOf(name).apiKey}", secret "${credentialsOf(name).secret}"`),
        `password of all: ${PASSWORD}`,
      ],
    };
  };
