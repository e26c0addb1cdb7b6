import type { CommandDefinition } from './command.js';
import { CONFIGURED, PARTITIONS, RESULTS } from './option.js';

/** `pharmabi deploy`: what brings a pipeline onto a ksqlDB cluster. */
export const DEPLOY: CommandDefinition = {
  name: 'deploy',
  summary: 'Write what brings a pipeline onto a ksqlDB cluster: topics, connectors, the file in parts.',
  usage: 'pharmabi deploy [FILE.ksql] DIR [options]',
  description: [
    'Works out of the pipeline alone (FILE.ksql, without it the shipped one) which topics it needs, which of them must be co-partitioned, and what the cluster will hold; writes a script that creates the topics, a Debezium source and an object store sink for Kafka Connect, the pipeline in parts that can be run again, and a README with the order of steps. Passwords and hosts stay in a file of the Connect worker. What a cluster would refuse, and deploy cannot mend, is an error (exit 4), and nothing is written.',
  ],
  examples: [
    { command: 'pharmabi deploy kit', says: 'the shipped pipeline for a cluster' },
    {
      command: 'pharmabi deploy kit-6 --partitions 6 --queries 12',
      says: 'six partitions a topic, at most twelve queries a cluster',
    },
  ],
  options: [
    PARTITIONS,
    { name: 'replicas', value: 'N', defaultText: '3', help: 'Copies of each source topic.' },
    {
      name: 'queries',
      value: 'N',
      defaultText: '20',
      help: 'Queries of one part: what the cluster allows (managed ones count them).',
    },
    { name: 'database', value: 'NAME', defaultText: 'pharmacy', help: 'The MySQL database that Debezium reads.' },
    ...RESULTS.filter((o) => o.name === 'force'),
    ...CONFIGURED.filter((o) => o.name === 'config'),
  ],
  run: async (args, effects) => (await import('./deploy-run.js')).runDeploy(args, effects),
};
