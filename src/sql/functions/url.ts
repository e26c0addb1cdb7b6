import type { Template } from './template.js';

/** SQL of the URL functions. */
export const URL_SQL: Readonly<Record<string, Template>> = {
  URL_DECODE_PARAM: 'TRY(ks_url_decode({0}))',
  URL_ENCODE_PARAM: 'ks_url_encode({0})',
  URL_EXTRACT_FRAGMENT: 'TRY(ks_url_fragment({0}))',
  URL_EXTRACT_HOST: 'TRY(ks_url_host({0}))',
  URL_EXTRACT_PARAMETER: 'TRY(ks_url_parameter({0}, {1}))',
  URL_EXTRACT_PATH: 'TRY(ks_url_path({0}))',
  URL_EXTRACT_PORT: 'TRY(ks_url_port({0}))',
  URL_EXTRACT_PROTOCOL: 'TRY(ks_url_protocol({0}))',
  URL_EXTRACT_QUERY: 'TRY(ks_url_query({0}))',
};
