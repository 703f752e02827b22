import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from './engine.ts';
import { run } from './run.ts';

/** The Debian release whose packages stand in for the images of compose.yaml: it has HAProxy 3.2 and Postgres 18. */
const SUITE = 'forky';
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const LABEL = 'stellar-insights.recipe';

const image = (dockerfile: string, files: Readonly<Record<string, string>> = {}) => ({ dockerfile, files });

const POSTGRES_ENTRY = `#!/bin/bash
# What the official image does with POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB, and no more.
set -euo pipefail
export PGDATA=/var/lib/postgresql/18/docker
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" && chown -R postgres:postgres /var/lib/postgresql && chmod 700 "$PGDATA"
  exec setpriv --reuid postgres --regid postgres --clear-groups -- bash "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb --username "$POSTGRES_USER" --pwfile <(printf '%s\\n' "$POSTGRES_PASSWORD") --auth-host scram-sha-256 --encoding UTF8 --locale C.UTF-8
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  pg_ctl --wait start -o "-c listen_addresses='' -c unix_socket_directories=/tmp"
  createdb --host /tmp --username "$POSTGRES_USER" "$POSTGRES_DB"
  pg_ctl --wait stop
fi
shift
exec postgres -c listen_addresses='*' -c unix_socket_directories=/tmp "$@"
`;

/** By the name that compose.yaml or the Dockerfile gives it; what each is built on is built before it. */
const IMAGES: Readonly<Record<string, ReturnType<typeof image>>> = {
  'node:24-slim': image(
    `FROM stellar-insights-test/debian
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && useradd --uid 1000 --create-home node
CMD ["node"]
`,
  ),
  'stellar-insights-test/services': image(
    `FROM stellar-insights-test/debian
RUN mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf \\
 && apt-get -o Acquire::Check-Valid-Until=false update && apt-get install --yes --no-install-recommends postgresql redis-server haproxy \\
 && rm -rf /var/lib/apt/lists
`,
  ),
  'postgres:18': image(
    `FROM stellar-insights-test/services
ENV PATH=/usr/lib/postgresql/18/bin:$PATH
COPY entry.sh /entry.sh
ENTRYPOINT ["bash", "/entry.sh"]
CMD ["postgres"]
`,
    { 'entry.sh': POSTGRES_ENTRY },
  ),
  'redis:8-alpine': image('FROM stellar-insights-test/services\nCMD ["redis-server"]\n'),
  'haproxy:3.2': image(
    `FROM stellar-insights-test/services
CMD ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
`,
  ),
};

/**
 * Makes the images that no registry brings here: a Debian by debootstrap, Node's own binary, Debian's servers. They have the
 * names that compose.yaml uses and the same environment and files. What is there already is kept.
 */
export async function makeLocalImages(engine: Engine, folder: string, signal: AbortSignal): Promise<void> {
  await makeDebian(engine, folder, signal);
  for (const [name, { dockerfile, files }] of Object.entries(IMAGES)) {
    const recipe = createHash('sha256')
      .update(JSON.stringify([SUITE, process.version, dockerfile, files]))
      .digest('hex');
    const built = await engine
      .docker(['image', 'inspect', '--format', `{{index .Config.Labels "${LABEL}"}}`, name])
      .catch(() => '');
    if (built.trim() === recipe) continue;
    process.stdout.write(`making an image that stands in for ${name}\n`);
    const context = join(folder, 'context');
    await rm(context, { recursive: true, force: true });
    await mkdir(context, { recursive: true });
    await writeFile(join(context, 'Dockerfile'), dockerfile);
    for (const [file, text] of Object.entries(files)) await writeFile(join(context, file), text);
    if (dockerfile.includes('COPY node ')) await copyNode(context);
    const args = ['build', '--network', 'host', '--label', `${LABEL}=${recipe}`, '--tag', name, context];
    await engine.docker(args, { signal });
  }
}

/** The binary that runs this, and the npm of this machine. */
async function copyNode(context: string): Promise<void> {
  await copyFile(process.execPath, join(context, 'node'));
  const root = (await run('npm', ['root', '--global'])).trim();
  const places = [join(root, 'npm'), '/usr/lib/node_modules/npm', '/usr/local/lib/node_modules/npm'];
  const npm = places.find((place) => existsSync(place));
  if (npm === undefined) throw new Error(`found no npm in ${places.join(', ')}; install npm`);
  await cp(npm, join(context, 'npm'), { recursive: true, verbatimSymlinks: true });
}

async function makeDebian(engine: Engine, folder: string, signal: AbortSignal): Promise<void> {
  const name = 'stellar-insights-test/debian';
  const present = await engine.docker(['image', 'inspect', name]).catch(() => undefined);
  if (present !== undefined) return;
  process.stdout.write(`making a Debian ${SUITE} with debootstrap\n`);
  const root = join(folder, 'debian');
  await rm(root, { recursive: true, force: true });
  // The mirror that this machine's own apt uses.
  const targets = await run('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages']);
  const mirror = targets.split('\n').find((uri) => /\/debian\/?$/.test(uri));
  if (mirror === undefined)
    throw new Error('found no mirror of Debian in the sources of apt; run apt-get update');
  const options = ['--variant=minbase', '--include=ca-certificates'];
  await run('debootstrap', [...options, SUITE, root, mirror, 'sid'], { signal });
  // A machine behind a proxy trusts what its own bundle names.
  const certificates = process.env['NODE_EXTRA_CA_CERTS'] ?? CERTIFICATES;
  if (existsSync(certificates)) await copyFile(certificates, join(root, CERTIFICATES));
  const archive = join(folder, 'debian.tar');
  await run('tar', ['--create', '--file', archive, '--directory', root, '.'], { signal });
  const changes = [`ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}`, 'ENV DEBIAN_FRONTEND=noninteractive'];
  await engine.docker(['import', ...changes.flatMap((change) => ['--change', change]), archive, name], {
    signal,
  });
  await rm(archive);
  await rm(root, { recursive: true, force: true });
}
