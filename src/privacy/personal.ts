/** Parts of a column's name that say whose it is: a column of a table that no policy knows is not read where one of them stands in its name. */
const WORDS =
  /(^|_)(e_?mails?|e_?mail_address|phones?|phone_(no|number)|mobile|cell|telephone|telefon|fax|first_?name|last_?name|middle_?name|given_?name|family_?name|full_?name|maiden_?name|sur_?name|vor_?name|nach_?name|contact_?name|(patient|customer|user|person|member|client)_?name|user_?name|birth(_?(date|day|year))?|date_of_birth|dob|geburtsdatum|address(_?(line)?_?\d)?|addr|street|strasse|post_?code|zip(_?code)?|plz|ssn|social_security(_(no|number))?|medicare(_?(no|number|card))?|nhs_?(no|number)?|passport(_?(no|number))?|driv(ers?|ing)_licen[cs]e|licen[cs]e_(no|number)|tax_?(id|no|number)|national_?id|insurance_?(no|number|id)|iban|bic|credit_?card|card_?(no|number)|ip|ip_?address|password(_?hash)?|passwd|latitude|longitude|gender|sex)($|_)/i;

/** True where the name of a column says that it holds something about a person. */
export function looksPersonal(column: string): boolean {
  return WORDS.test(column.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase());
}

/** The look of values that only persons have: e-mail addresses, telephone numbers. */
export const PERSONAL_VALUES: readonly string[] = [
  String.raw`[^@\s]+@[^@\s]+\.[A-Za-z]{2,}`,
  String.raw`\+\d[\d ()/.-]{7,18}\d`,
];
