/** The command line is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** The folder for a new lake has something in it. */
export class LakeFolderNotEmptyError extends Error {
  override readonly name = 'LakeFolderNotEmptyError';
  readonly code = 'lake_folder_not_empty';

  constructor(folder: string) {
    super(`found files in ${folder}, expected an empty or a new folder: delete it or name another one`);
  }
}
