export { type SeededRandom as Random, seededRandom as random } from '../../../src/statistics/seeded-random.js';
