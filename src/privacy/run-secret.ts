/**
 * SQL of a pseudonym for an id (a text expression) under a secret of the run: the sum of all that these relations (names as SQL) hold.
 * Who has a list of the ids but not the rows cannot make it; the same rows give the same one, so that a run can be repeated. The
 * secret is computed inside the statement, and stands in no output, log or manifest.
 */
export function pseudonymSql(id: string, relations: readonly string[]): string {
  return `sha256(${secretSql(relations)} || ${id})`;
}

function secretSql(relations: readonly string[]): string {
  const sums = relations.map(
    (name) => `(SELECT count(*) || ':' || coalesce(bit_xor(md5_number(r::VARCHAR)), 0) FROM ${name} r)`,
  );
  return `sha256(${sums.join(" || ';' || ")})`;
}
