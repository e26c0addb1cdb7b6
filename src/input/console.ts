/** Names of the columns that `kafka-console-consumer` prints before the value, by the shape of one line; null where it is another form. */
export function sniffConsole(line: string): readonly string[] | null {
  const parts = line.split('\t');
  const columns: string[] = [];
  let at = 0;
  if (/^(CreateTime|LogAppendTime):-?\d+$|^NO_TIMESTAMP$/.test(parts[at] ?? '')) {
    columns.push('timestamp');
    at += 1;
  }
  if (/^Partition:\d+$/.test(parts[at] ?? '')) {
    columns.push('partition');
    at += 1;
  }
  if (/^Offset:\d+$/.test(parts[at] ?? '')) {
    columns.push('offset');
    at += 1;
  }
  const rest = parts.length - at;
  const isValue = (text: string | undefined): boolean => text === 'null' || (text ?? '').startsWith('{');
  if (rest === 3 && (parts[at] === 'NO_HEADERS' || /^[^{\t]+:/.test(parts[at]!))) columns.push('headers', 'key');
  else if (rest === 2 && parts[at] === 'NO_HEADERS') columns.push('headers');
  else if (rest === 2 && (columns.length > 0 || isValue(parts[at]) || !/[\t]/.test(parts[at]!))) columns.push('key');
  else if (rest !== 1 || columns.length === 0) return null;
  return isValue(parts[parts.length - 1]) ? [...columns, 'value'] : null;
}
