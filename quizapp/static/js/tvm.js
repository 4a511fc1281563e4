// The time value of money, as financial calculators reckon it: level payments at one rate. No page, no state.
// Money paid in and money paid out have opposite signs; `iy` is percent a year, and payments compound as often as
// they are made. What has no answer throws a NoSolution, whose message is a sentence for people.

export const KEYS = ["n", "iy", "pv", "pmt", "fv"];

// Tried from zero outwards: of several rates that fit, the one nearest to zero is found.
const TRIED = [-0.99, -0.9, -0.7, -0.5, -0.3, -0.1, -0.01, 0.01, 0.1, 0.3, 1, 3, 10];

export class NoSolution extends Error {}

// The value of `key` that balances the other four: PV + PMT·a + FV·v^n = 0.
export function solve(key, held, { perYear = 1, begin = false } = {}) {
  if (!(perYear > 0)) throw new NoSolution("P/Y must be above zero");
  const rate = held.iy / 100 / perYear;
  if (key !== "iy" && !(rate > -1)) throw new NoSolution("A rate of −100 % or less a period cannot be reckoned with");
  if (key !== "n" && !(held.n > 0)) throw new NoSolution("N must be above zero");
  const found = WAYS[key](held, rate, begin, perYear);
  if (!Number.isFinite(found)) throw new NoSolution("These values are too large to reckon with");
  return found;
}

const WAYS = {
  pv: ({ n, pmt, fv }, rate, begin) => -(pmt * annuity(rate, n, begin) + fv * discount(rate, n)),
  fv: ({ n, pv, pmt }, rate, begin) => -(pmt * annuity(rate, n, begin) + pv) / discount(rate, n),
  pmt: ({ n, pv, fv }, rate, begin) => -(pv + fv * discount(rate, n)) / annuity(rate, n, begin),
  n: (held, rate, begin) => periods(held, rate, begin),
  iy: (held, _, begin, perYear) => rateOf(held, begin) * 100 * perYear,
};

function discount(rate, n) {
  return Math.exp(-n * Math.log1p(rate));
}

function annuity(rate, n, begin) {
  if (rate === 0) return n;
  return ((begin ? 1 + rate : 1) * -Math.expm1(-n * Math.log1p(rate))) / rate;
}

function periods({ pv, pmt, fv }, rate, begin) {
  if (rate === 0) {
    if (pmt === 0) throw new NoSolution("No solution: without rate and payment nothing ever changes");
    return -(pv + fv) / pmt;
  }
  const level = (pmt * (begin ? 1 + rate : 1)) / rate;
  const growth = (level - fv) / (level + pv);
  if (!(growth > 0) || !Number.isFinite(growth)) {
    throw new NoSolution("No solution: these payments never lead from PV to FV; look at the signs");
  }
  return Math.log(growth) / Math.log1p(rate);
}

function rateOf({ n, pv, pmt, fv }, begin) {
  const balance = (rate) => pv + pmt * annuity(rate, n, begin) + fv * discount(rate, n);
  const values = TRIED.map(balance);
  const crosses = (place) => place > 0 && Math.sign(values[place - 1]) * Math.sign(values[place]) <= 0;
  const [place] = [...TRIED.keys()].filter(crosses).sort((one, other) => middle(one) - middle(other));
  if (place === undefined || [pv, pmt, fv].every((one) => one === 0)) {
    throw new NoSolution("No solution: no rate fits; money paid in and money paid out need opposite signs");
  }
  return halved(balance, TRIED[place - 1], TRIED[place]);
}

function middle(place) {
  return Math.abs(TRIED[place - 1] + TRIED[place]);
}

function halved(balance, low, high) {
  if (balance(low) === 0) return low;
  const below = balance(low) < 0;
  for (let half; (half = (low + high) / 2) !== low && half !== high; ) {
    if (balance(half) === 0) return half;
    if (balance(half) < 0 === below) low = half;
    else high = half;
  }
  return low;
}
