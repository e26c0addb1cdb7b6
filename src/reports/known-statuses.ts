import { DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import { identifier, text } from '../sql/quote.js';
import type { ReportContext, ReportDefinition } from './definition.js';
import { excludedOrders } from './excluded.js';
import { type OrderOptions, USUAL_STATUSES } from './order-parameters.js';

/**
 * Throws `no-such-status` (usage) where no order has one of the statuses that count, or where an option names one that no order
 * has: zeros would look like an answer. The statuses that there are stand in the message, small numbers hidden.
 */
export async function knownStatuses(
  context: ReportContext,
  definition: Pick<ReportDefinition, 'id' | 'requires'>,
  options: { readonly statuses?: readonly string[]; readonly small: OrderOptions['small'] },
): Promise<void> {
  const { statuses, small } = options;
  const relation = definition.requires.find(({ relation: name }) =>
    ['STATUS', 'ORDER_ID', 'PATIENT_ID'].every((column) => context.columns(name).some((c) => c.name === column)),
  )?.relation;
  if (statuses === undefined || relation === undefined) return;
  const rows = await context.engine.rows(
    `SELECT DISTINCT "STATUS" FROM ${identifier(context.final(relation))} WHERE "STATUS" IS NOT NULL ORDER BY 1`,
  );
  const there = new Set(rows.map(([status]) => String(status)));
  const unknown = statuses.filter((status) => !there.has(status));
  const asked = statuses.join(',') !== USUAL_STATUSES;
  if (there.size === 0 || unknown.length === 0 || (!asked && unknown.length < statuses.length)) return;
  const { value } = await excludedOrders(context, relation, { statuses: [''], small });
  throw new DiagnosticError(
    [
      {
        code: 'no-such-status',
        severity: 'error',
        message: `No order has the status ${unknown.map((s) => text(s)).join(' or ')}, so that ${unknown.length === statuses.length ? 'none would count' : 'it counts nothing'}.`,
        expected: 'a status that orders have',
        found: Object.entries(value as Readonly<Record<string, number | string>>)
          .map(([name, n]) => `${name} ${n}`)
          .join(', '),
        help: `Say which count: --count-status ${[...there].slice(0, 3).join(',')} (or in pharmabi.yaml, under reports).`,
        next: `pharmabi report ${definition.id} --help`,
      },
    ],
    EXIT.usage,
  );
}
