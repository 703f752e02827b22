import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as apps from 'kubernetes-models/apps/v1';
import * as batch from 'kubernetes-models/batch/v1';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as core from 'kubernetes-models/v1';
import { readText, readYaml, repository, yamlDocuments } from './repository.ts';

const FOLDER = 'deploy/kubernetes';

/** As much of a resource as the tests look at. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

export interface Kustomization {
  readonly resources: readonly string[];
  readonly images: readonly { readonly name: string }[];
  readonly configMapGenerator: readonly { readonly name: string; readonly literals: readonly string[] }[];
}

interface Model {
  validate(): void;
}

type ModelClass = new (data: Manifest) => Model;

/** Where the schema of each kind that is used is. */
const SCHEMAS: Readonly<Record<string, { readonly from: string; readonly models: object }>> = {
  v1: { from: 'kubernetes-models/v1', models: core },
  'apps/v1': { from: 'kubernetes-models/apps/v1', models: apps },
  'batch/v1': { from: 'kubernetes-models/batch/v1', models: batch },
  'networking.k8s.io/v1': { from: 'kubernetes-models/networking.k8s.io/v1', models: networking },
  'policy/v1': { from: 'kubernetes-models/policy/v1', models: policy },
};

export const kustomization = readYaml(`${FOLDER}/kustomization.yaml`) as Kustomization;

/** The resources as they are written, those beside the kustomization too. */
export const manifests: readonly Manifest[] = [
  'namespace.yaml',
  'secret.example.yaml',
  ...kustomization.resources,
].flatMap((file) => yamlDocuments(readText(`${FOLDER}/${file}`)) as Manifest[]);

/** The resources as `kubectl apply -k` would send them; undefined without kubectl. */
export function renderedManifests(): readonly Manifest[] | undefined {
  const { status, stdout } = spawnSync('kubectl', ['kustomize', resolve(repository, FOLDER)], {
    encoding: 'utf8',
  });
  return status === 0 ? (yamlDocuments(stdout) as Manifest[]) : undefined;
}

/** What Kubernetes' own schema finds wrong: a value's type or form, or a field that is missing. */
export function faultOf(manifest: Manifest): string | undefined {
  const models = SCHEMAS[manifest.apiVersion]?.models as Readonly<Record<string, ModelClass>> | undefined;
  const Schema = models?.[manifest.kind];
  if (Schema === undefined) return `${manifest.apiVersion} ${manifest.kind}: found no schema`;
  try {
    new Schema(manifest).validate();
    return undefined;
  } catch (error) {
    return `${manifest.kind} ${manifest.metadata.name}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** What the compiler finds wrong when each manifest is a literal of its type: above all a field that does not exist. */
export function typeFaultsOf(all: readonly Manifest[]): string {
  // Inside the package that has the types.
  const folder = mkdtempSync(resolve(repository, 'test/node_modules/.manifests-'));
  try {
    const lines = all.map((manifest, index) => {
      const { from = '' } = SCHEMAS[manifest.apiVersion] ?? {};
      const type = `import('${from}').I${manifest.kind}`;
      return `export const manifest${index}: ${type} = ${JSON.stringify(manifest)};\n`;
    });
    writeFileSync(join(folder, 'manifests.ts'), lines.join(''));
    const compilerOptions = { strict: true, noEmit: true, module: 'nodenext', skipLibCheck: true, types: [] };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['manifests.ts'] }),
    );
    const compiler = resolve(repository, 'node_modules/.bin/tsc');
    return spawnSync(compiler, ['--project', folder, '--pretty', 'false'], { encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
