import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { skipModule } from './skip-module.ts';

writeFileSync(resolve(import.meta.dirname, '../src/reader/skip.generated.ts'), skipModule());
