/**
 * The pictures that only sending needs, as in icons.ts.
 * From Lucide (lucide.dev): ISC License, Copyright (c) Lucide Icons and Contributors; some derive from Feather: MIT License,
 * Copyright (c) 2013-present Cole Bemis.
 */
export const sendIcons = {
  person: 'M19 21v-2a4 4 0 0 0-4-4H9a4 4 0 0 0-4 4v2M8 7a4 4 0 1 0 8 0 4 4 0 1 0-8 0',
  people: 'M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2M5 7a4 4 0 1 0 8 0 4 4 0 1 0-8 0m17 14v-2a4 4 0 0 0-3-3.87M16 3.128a4 4 0 0 1 0 7.744',
};
