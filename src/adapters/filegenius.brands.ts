/** What the two names of one product call differently, or have and have not. */
export interface Brand {
  /** As errors name it. */
  name: string;
  /** The call that tells who has access to a place. */
  access: 'user_location_access' | 'users_location_access';
  rename: 'PUT' | 'POST';
  /** A slash in a signed query stays one, as in the service's own examples. */
  slashes: boolean;
  /** A path in a form is percent-encoded by itself. */
  encodedPath: boolean;
  /** Has `file_search_location`. */
  search: boolean;
  /** Has `user_permissions_location`; else a listing tells what may be done. */
  permissions: boolean;
  /** Has `create_file_link`. */
  link: boolean;
  /** `file_send` takes `bcc`. */
  bcc: boolean;
  /** Several files, or a folder, to this many outsiders need a preparation first. */
  preparedFrom: number;
}

/** FileGenius and Tuyu, as their documents describe them. */
export const BRANDS = {
  filegenius: {
    name: 'FileGenius',
    access: 'user_location_access',
    rename: 'PUT',
    slashes: true,
    encodedPath: false,
    search: false,
    permissions: false,
    link: false,
    bcc: true,
    preparedFrom: Infinity,
  },
  tuyu: {
    name: 'Tuyu',
    access: 'users_location_access',
    rename: 'POST',
    slashes: false,
    encodedPath: true,
    search: true,
    permissions: true,
    link: true,
    bcc: false,
    preparedFrom: 3,
  },
} satisfies Record<string, Brand>;
