import type { ConfigOption, ConfigVocabulary } from './config.js';

const NAME = { type: 'string', minLength: 1 } as const;

/** The JSON schema of configurations, for editors: what `parseConfig` takes, and nothing else. */
export function configSchema({ options, reports }: ConfigVocabulary): object {
  const byName = (all: readonly ConfigOption[]): object =>
    Object.fromEntries(all.map((o) => [o.name, { ...valueSchema(o), description: o.help }]));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'pharmabi.yaml',
    description:
      'Options of pharmabi by their long names, and what a shop calls the tables and columns of the pipeline.',
    type: ['object', 'null'],
    additionalProperties: false,
    properties: {
      version: { const: 1, description: 'Version of this form.' },
      tables: {
        type: ['object', 'null'],
        description:
          'By topic of the pipeline: the topic that meets it in the export, and the fields that hold its columns.',
        additionalProperties: {
          type: ['object', 'null'],
          additionalProperties: false,
          properties: {
            topic: { ...NAME, pattern: '^[^*]+$', description: 'Topic or table of the export.' },
            columns: {
              type: ['object', 'null'],
              description: 'Column of the pipeline: field of the export.',
              additionalProperties: NAME,
            },
          },
        },
      },
      reports: {
        type: 'object',
        description: 'Parameters of single reports; they win over those at the top.',
        additionalProperties: false,
        properties: Object.fromEntries(
          [...reports].map(([id, parameters]) => [
            id,
            { type: 'object', additionalProperties: false, properties: byName(parameters) },
          ]),
        ),
      },
      ...byName(options),
    },
  };
}

function valueSchema({ kind, choices }: ConfigOption): object {
  if (kind === 'flag') return { type: 'boolean' };
  const one = choices === undefined ? { type: ['string', 'number'], minLength: 1 } : { enum: choices };
  return kind === 'list' ? { anyOf: [one, { type: 'array', items: one }] } : one;
}
