import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PACKAGE = resolve(import.meta.dirname, '../..');
const REPOSITORY = resolve(PACKAGE, '../..');
const NAME = '@stellar-insights/lifecycle';
const PACKED = ['src', 'package.json', 'tsconfig.json', 'README.md', 'LICENSE'];
/** What a program of a test imports besides the package: linked, since the registry may be out of reach. */
const LINKED = ['@types/node', '@types/ws', 'bullmq', 'ioredis', 'postgres', 'ws'];

/** The package as `npm pack` makes it, and a project with nothing but it installed. All of it is temporary. */
export class PackedPackage implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'lifecycle-packed-'));
  readonly tarball: string;
  readonly project = join(this.#folder, 'project');
  /** Where it is installed. */
  readonly installed = join(this.project, 'node_modules', NAME);

  constructor() {
    this.tarball = this.#pack();
    this.#install();
  }

  /** Adds a file to the project; resolves to its path. */
  write(name: string, text: string): string {
    const path = join(this.project, name);
    mkdirSync(resolve(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** A program of `test/programs`. */
  program(name: string): string {
    return readFileSync(join(PACKAGE, 'test/programs', name), 'utf8');
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }

  /** From a copy: packing builds, and other tests read the package meanwhile. */
  #pack(): string {
    const repository = join(this.#folder, 'repository');
    const copy = join(repository, 'packages/lifecycle');
    mkdirSync(copy, { recursive: true });
    for (const name of PACKED) cpSync(join(PACKAGE, name), join(copy, name), { recursive: true });
    cpSync(join(REPOSITORY, 'tsconfig.base.json'), join(repository, 'tsconfig.base.json'));
    symlinkSync(join(REPOSITORY, 'node_modules'), join(repository, 'node_modules'));
    const printed = run('npm', ['pack', '--json', '--pack-destination', this.#folder], copy);
    // What `prepack` prints comes first.
    const [{ filename }] = JSON.parse(printed.slice(printed.indexOf('['))) as [{ filename: string }];
    return join(this.#folder, filename);
  }

  #install(): void {
    const links = LINKED.map((name) => [name, `link:${join(REPOSITORY, 'node_modules', name)}`]);
    const dependencies = { [NAME]: `file:${this.tarball}`, ...Object.fromEntries(links) };
    this.write('package.json', JSON.stringify({ private: true, dependencies }));
    run('pnpm', ['install', '--offline', '--ignore-workspace', '--no-frozen-lockfile'], this.project);
  }
}

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
