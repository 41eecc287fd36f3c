/** What the tests use of the vendor's own client, which is written in JavaScript. */
declare module 'files.com/lib/Files.js' {
  const Files: {
    setBaseUrl(url: string): void;
    setApiKey(key: string): void;
    setSessionId(id: string | null): void;
    configureNetwork(options: { maxNetworkRetries?: number; autoPaginate?: boolean }): void;
  };
  export default Files;
}

declare module 'files.com/lib/models/File.js' {
  type Attributes = Record<string, unknown>;
  interface Done {
    attributes: Attributes;
  }
  class File {
    constructor(attributes: Attributes);
    attributes: Attributes;
    static uploadFile(path: string, source: string, params?: Attributes): Promise<File>;
    /** Buffers only: of any other array it sends each byte by itself. */
    static uploadData(path: string, data: Buffer, params?: Attributes): Promise<File>;
    static find(path: string): Promise<File>;
    download(params?: Attributes): Promise<File>;
    update(params: Attributes): Promise<File>;
    copy(params: Attributes): Promise<Done>;
    move(params: Attributes): Promise<Done>;
    delete(params?: Attributes): Promise<void>;
    beginUpload(params: Attributes): Promise<Done[]>;
    getDownloadUri(): string;
  }
  export default File;
}

declare module 'files.com/lib/models/Folder.js' {
  import type File from 'files.com/lib/models/File.js';
  const Folder: {
    listFor(path: string, params?: Record<string, unknown>): Promise<File[]>;
    create(path: string, params?: Record<string, unknown>): Promise<File>;
  };
  export default Folder;
}

declare module 'files.com/lib/models/Bundle.js' {
  class Bundle {
    attributes: Record<string, unknown>;
    static create(params: Record<string, unknown>): Promise<Bundle>;
    static find(id: unknown): Promise<Bundle>;
    static list(params?: Record<string, unknown>): Promise<Bundle[]>;
    share(params: Record<string, unknown>): Promise<void>;
    update(params: Record<string, unknown>): Promise<unknown>;
    delete(): Promise<void>;
  }
  export default Bundle;
}

declare module 'files.com/lib/models/BundleRecipient.js' {
  const BundleRecipient: {
    list(params: Record<string, unknown>): Promise<{ attributes: Record<string, unknown> }[]>;
    create(params: Record<string, unknown>): Promise<{ attributes: Record<string, unknown> }>;
  };
  export default BundleRecipient;
}

declare module 'files.com/lib/models/Behavior.js' {
  const Behavior: { listFor(path: string, params?: Record<string, unknown>): Promise<{ attributes: Record<string, unknown> }[]> };
  export default Behavior;
}

declare module 'files.com/lib/models/Session.js' {
  const Session: {
    create(params: Record<string, unknown>): Promise<{ id: string; attributes: Record<string, unknown> }>;
    delete(): Promise<void>;
  };
  export default Session;
}

declare module 'files.com/lib/models/FileMigration.js' {
  const FileMigration: { find(id: unknown): Promise<{ attributes: Record<string, unknown> }> };
  export default FileMigration;
}
