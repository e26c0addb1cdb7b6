import { random, relationOf } from '../shop.js';

const START = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
const BRANDS = 15;

/**
 * 20 practitioners with `patients` (25) each, who place 4 to 16 orders of 1 to 3 lines; brands differ in their share, and each patient's line is
 * of the patient's favourite with the chance `loyalty`. `link`: how many times as likely practitioner 1's patients take (and favour) brand 4.
 * `large`: a patient of practitioner 2 with so many orders.
 */
function linesOf({ patients = 25, loyalty = 0, link = 1, large = 0 }, seed) {
  const { uniform } = random(seed);
  const shares = Array.from({ length: BRANDS }, (_, brand) => 1 / (1 + brand / 10));
  const draw = (weights) => {
    let left = uniform() * weights.reduce((sum, one) => sum + one, 0);
    return weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
  };
  const rows = [];
  let order = 0;
  const add = (patient, practitioner, orders) => {
    const weights = shares.map((share, brand) => (practitioner === 1 && brand === 3 ? share * link : share));
    const favourite = draw(weights);
    for (let n = 0; n < orders; n++) {
      order += 1;
      const at = START + Math.floor(uniform() * 365) * DAY;
      for (let line = Math.floor(3 * uniform()); line >= 0; line--) {
        const brand = 1 + Math.max(0, uniform() < loyalty ? favourite : draw(weights));
        rows.push([order, brand, `brand ${brand}`, 50, patient, practitioner, 'paid', at]);
      }
    }
  };
  for (let practitioner = 1; practitioner <= 20; practitioner++)
    for (let i = 0; i < patients; i++) add(practitioner * 1000 + i, practitioner, 4 + Math.floor(13 * uniform()));
  if (large > 0) add(1, 2, large);
  return rows;
}

const COLUMNS = {
  ...{ ORDER_ID: 'BIGINT', BRAND_ID: 'BIGINT', BRAND: 'VARCHAR', NET: 'DECIMAL(18,2)' },
  ...{ PATIENT_ID: 'BIGINT', RESPONSIBLE_ID: 'BIGINT', STATUS: 'VARCHAR', EVENT_TS: 'BIGINT' },
};

const scenario = (name, shop, rule) => ({
  name,
  report: 'practitioner-brand',
  make: (seed) => ({
    relations: { ORDER_LINES: relationOf(COLUMNS, linesOf(shop, seed)) },
    firstEvent: START,
    lastEvent: START + 365 * DAY - 1,
  }),
  ...rule,
});

const NONE = {
  counts: 'a pair named',
  isHit: (findings) => findings.some(({ id, verdict }) => id === 'pair' && verdict === 'shown'),
  atMost: 0.08,
};
const FOUND = {
  counts: 'the link named',
  isHit: (findings) =>
    findings.some(({ verdict, direction, about }) => verdict === 'shown' && direction === 'up' && about.practitioner === '1' && about.brand === 'brand 4'),
  atLeast: 0.8,
};

export default [
  scenario('no link, no habits', {}, NONE),
  scenario('no link, three of ten lines are the favourite brand', { loyalty: 0.3 }, NONE),
  scenario('no link, six of ten lines are the favourite brand', { loyalty: 0.6 }, NONE),
  scenario('no link, one patient with 1,446 orders', { loyalty: 0.3, large: 1446 }, NONE),
  scenario('a link of twice the share', { link: 2, patients: 40 }, FOUND),
  scenario('a link of twice the share, three of ten lines are the favourite brand', { link: 2, loyalty: 0.3, patients: 80 }, FOUND),
];
