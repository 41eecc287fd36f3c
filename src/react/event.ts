import type { EventName } from '@lit/react';
import type { FerryEventMap } from '../elements/events.js';

/** An event's name with the type of what it tells. */
export const event = <Name extends keyof FerryEventMap>(name: Name): EventName<FerryEventMap[Name]> =>
  name as EventName<FerryEventMap[Name]>;
