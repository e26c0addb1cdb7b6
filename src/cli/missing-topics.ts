import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.js';

const MISSING = 'no-input-for-source';

/** The topics that an error says are missing; null where it says anything else. */
export function missingTopics(error: unknown): ReadonlySet<string> | null {
  if (!(error instanceof DiagnosticError)) return null;
  const topicOf = ({ code, place }: Diagnostic): string | undefined =>
    code === MISSING && place !== undefined && 'topic' in place ? place.topic : undefined;
  const topics = error.diagnostics.flatMap((one) => topicOf(one) ?? []);
  return topics.length === 0 ? null : new Set(topics);
}
