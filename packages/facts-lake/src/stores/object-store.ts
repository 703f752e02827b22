/** Where the objects of a lake lie. An object appears and changes as a whole: nobody sees a part of it. */
export interface ObjectStore extends AsyncDisposable {
  /** The store's URL, without credentials. */
  readonly name: string;
  /** A folder for the files of chunks that are under way, with room for them. */
  staging(): Promise<string>;
  /** The bytes of a small object; null if there is none. */
  read(key: string, signal: AbortSignal): Promise<Buffer | null>;
  /** Stores a small object in place of any that is there. */
  put(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  /** Stores a small object. False, and nothing happens, if the key has one. */
  putIfAbsent(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<boolean>;
  /** Stores a file that lies in a staging folder, in place of any object that is there. The file may be gone then. */
  putFile(key: string, file: LocalFile, signal: AbortSignal): Promise<void>;
  /** A file in `folder` with the object's bytes, which stays as it is when the object is replaced. Null if there is no object. */
  fetchFile(key: string, folder: string, signal: AbortSignal): Promise<string | null>;
  /** The keys with this prefix, in their order. */
  list(prefix: string, signal: AbortSignal): AsyncIterable<string>;
  /** It is no error if there is no object. */
  remove(key: string, signal: AbortSignal): Promise<void>;
}

export interface LocalFile {
  readonly path: string;
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}
