import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { safeSink } from '../../src/cli/safe-sink.js';
import { jsonText, shown, visible } from '../../src/diagnostics/visible.js';
import { openEngine } from '../../src/engine/engine.js';
import { markdownText } from '../../src/output/markdown.js';
import { pageText, xmlText } from '../../src/output/xml-text.js';
import { say } from './support/in-process.js';

const BAD = '\u001b]0;pwn\u0007\u009b31m\u202eabc\u2066\u200b\u007f';
const SEEN = /^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b\ufeff]*$/;

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'pharmabi-safe-'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('what goes to people', () => {
  it('holds nothing that acts on a terminal or turns the order of signs', () => {
    for (const made of [visible(BAD), shown(BAD), markdownText(BAD), pageText(BAD)]) {
      expect(made).toMatch(SEEN);
      expect(made).toContain('abc');
    }
    // A workbook keeps what XML can hold.
    expect(xmlText(BAD)).toContain('\u202e');
    expect(shown('\u001b[1;31merror\u001b[0m\u001b[8m')).toBe('\u001b[1;31merror\u001b[0m\ufffd[8m');
    const value = { name: `${BAD}\ufeff` };
    expect(jsonText(value)).toMatch(SEEN);
    expect(JSON.parse(jsonText(value))).toEqual(value);
  });

  it('bytes of a form are exact for a program, and shown safely on a terminal, also a letter in two pieces', async () => {
    const bytes = Buffer.from(`é${BAD}`);
    for (const isTerminal of [true, false]) {
      const got: Buffer[] = [];
      const sink = safeSink({ isTerminal, columns: 80, write: async (b) => void got.push(Buffer.from(b)) });
      await sink.write(bytes.subarray(0, 1));
      await sink.write(bytes.subarray(1));
      const all = Buffer.concat(got);
      if (isTerminal) expect(all.toString()).toBe(`é${visible(BAD)}`);
      else expect(all.equals(bytes)).toBe(true);
    }
  });

  it('a file name, a value, a message', async () => {
    const name = `\u001b]0;pwn\u0007\u202e.ndjson`;
    writeFileSync(join(cwd, name), 'x');
    const rows = [`{"id":1,"status":${JSON.stringify(BAD)},"__op":"c","__source_ts_ms":1}`];
    writeFileSync(join(cwd, 'shop.pharmacy.orders.ndjson'), rows.join('\n'));
    const pipeline = `CREATE TABLE O (ID BIGINT PRIMARY KEY, STATUS VARCHAR) WITH (KAFKA_TOPIC='orders', KEY_FORMAT='JSON', VALUE_FORMAT='JSON');`;
    writeFileSync(join(cwd, 'p.ksql'), pipeline);
    for (const terminal of [true, false]) {
      const { stdout, stderr } = await say(['inspect', cwd], { cwd, terminal });
      expect(stdout).toMatch(SEEN);
      expect(stderr.replace(/\r?\u001b\[K/g, '')).toMatch(SEEN);
      const replayed = await say(['replay', 'O', cwd, '-p', 'p.ksql', '--format', 'csv', '--quiet'], { cwd, terminal });
      expect(replayed.exit, replayed.stderr).toBe(0);
      // For a program the value is what it is.
      if (terminal) expect(replayed.stdout).toMatch(SEEN);
      else expect(replayed.stdout).toContain(BAD);
    }
    const out = await say(['replay', 'O', cwd, '-p', 'p.ksql', '--out', join(cwd, 'o.csv'), '--quiet'], { cwd });
    expect(out.exit, out.stderr).toBe(0);
    expect(readFileSync(join(cwd, 'o.csv'), 'utf8')).toContain(BAD);
  });
});

it('a U+FEFF at the beginning of a value is part of it', async () => {
  const engine = await openEngine({ threads: 1 });
  try {
    const texts = ['\ufeffab', '\ufeffa long text beyond twelve bytes', '\ufeff'];
    expect(await engine.rows(`SELECT ${texts.map((t) => `'${t}'`).join(', ')}`)).toEqual([texts]);
  } finally {
    engine.close();
  }
});
