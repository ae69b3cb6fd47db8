// Checks every dashboard of the repository against the types of @grafana/grafana-foundation-sdk: each becomes a TypeScript literal that
// must satisfy the type of a dashboard, with the options, field configuration and query of its panels' own kinds. Unknown keys are errors.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const dashboards = join(here, '../../grafana/dashboards');
const work = join(here, 'node_modules/.check');
mkdirSync(work, { recursive: true });

const types = `
import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import type * as stat from '@grafana/grafana-foundation-sdk/stat';
import type * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline';
import type * as table from '@grafana/grafana-foundation-sdk/table';
import type * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

// A file holds the value of an enum, not its member.
type Loose<T> = T extends string ? \`\${T}\` : T extends number | boolean | null | undefined ? T
  : T extends (infer U)[] ? Loose<U>[] : { [K in keyof T]: Loose<T[K]> };

type Query = Omit<prometheus.Dataquery, '_implementsDataqueryVariant' | 'dataqueryName' | 'datasource'> & { datasource: { type: string; uid: string } };
type Fields<Custom> = Omit<dashboard.FieldConfigSource, 'defaults'> & { defaults: Omit<dashboard.FieldConfig, 'custom'> & { custom?: Custom } };
type Kind<Type extends string, Options, Custom = never> = Omit<dashboard.Panel, 'type' | 'options' | 'fieldConfig' | 'targets'>
  & { type: Type; options: Options; fieldConfig: Fields<Custom>; targets: Query[] };
type Panel =
  | Kind<'stat', stat.Options>
  | Kind<'state-timeline', statetimeline.Options, statetimeline.FieldConfig>
  | Kind<'table', table.Options, table.FieldConfig>
  | Kind<'timeseries', timeseries.Options, timeseries.FieldConfig>
  | (Omit<dashboard.RowPanel, 'type'> & { type: 'row' });
type Annotation = Omit<dashboard.AnnotationQuery, 'target' | 'expr'> & { target: Pick<Query, 'expr' | 'refId'> & Partial<Query>; titleFormat: string; textFormat: string };
export type Dashboard = Loose<Omit<dashboard.Dashboard, 'panels' | 'annotations'> & { panels: Panel[]; annotations: { list: Annotation[] } }>;
export type Variant = cog.Dataquery;
`;

writeFileSync(join(work, 'dashboard.ts'), types);
const files = readdirSync(dashboards).filter((file) => file.endsWith('.json'));
for (const file of files) {
  const literal = readFileSync(join(dashboards, file), 'utf8');
  const model = JSON.parse(literal);
  const ids = model.panels.map((panel) => panel.id);
  if (new Set(ids).size !== ids.length) throw new Error(`${file}: two panels share an id`);
  for (const panel of model.panels) {
    if (panel.type !== 'row' && !panel.description) throw new Error(`${file}: the panel "${panel.title}" does not say what it answers`);
    if (panel.datasource && panel.datasource.uid !== '${datasource}') throw new Error(`${file}: "${panel.title}" has a hard-coded data source`);
  }
  writeFileSync(join(work, file.replace('.json', '.check.ts')), `import type { Dashboard } from "./dashboard";\nexport default ${literal.trim()} satisfies Dashboard;\n`);
}

const tsc = join(here, 'node_modules/typescript/bin/tsc');
const sources = ['dashboard.ts', ...files.map((file) => file.replace('.json', '.check.ts'))].map((file) => join(work, file));
try {
  execFileSync(process.execPath, [tsc, '--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler', ...sources], { stdio: 'inherit' });
} catch {
  process.exit(1);
}
console.log(`${files.length} dashboards satisfy Grafana's types`);
