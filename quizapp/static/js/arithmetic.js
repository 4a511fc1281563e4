// The arithmetic of the calculator: a state and a key give the next state. No page, no clock, nothing is changed.
// A state holds tokens (operators, open parentheses, and operands as { text, value }) and what is being typed.

const DIGITS = 12;
const LONGEST_ENTRY = 16;
const LARGEST = 1e100;
const SIGNS = { "+": "+", "-": "−", "*": "×", "/": "÷", "^": "^" };
const STRENGTH = { "+": 1, "-": 1, "*": 2, "/": 2, "^": 3 };
const PLAIN = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: DIGITS, useGrouping: false });

class Failure extends Error {}

export function fresh(memory = 0) {
  return { tokens: [], entry: null, memory, error: null, done: null };
}

// A number in plain digits, as an answer field takes it.
export function plain(value) {
  return PLAIN.format(value === 0 ? 0 : value);
}

// A number as it is read: in plain digits, or with an exponent where those would be too many.
export function shown(value) {
  const digits = plain(value);
  const short = digits.length <= DIGITS + 4;
  return (short ? digits : value.toExponential(DIGITS - 2).replace(/\.?0*e\+?/, "E")).replaceAll("-", "−");
}

// What the display says: a fault, what is being typed, or the newest number.
export function display(state) {
  if (state.error) return state.error;
  if (state.entry !== null) return state.entry.replace("-", "−");
  return shown(newest(state)?.value ?? 0);
}

// What has been entered so far, as one line.
export function line(state) {
  const typed = state.entry === null ? [] : [{ text: state.entry.replace("-", "−") }];
  return [...state.tokens, ...typed].map((one) => one.text ?? SIGNS[one] ?? one).join(" ");
}

// The state after a key. `done` is the sum that this very key has finished, as { line, value }, else null.
export function press(state, key) {
  const before = state.error ? fresh(state.memory) : state;
  try {
    if (key === "clear" || (state.error && key === "back")) return fresh(state.memory);
    return { ...(/^[\d.]$/.test(key) ? typed(before, key) : KEYS[key](before, key)), error: null };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    return { ...fresh(state.memory), error: failure.message };
  }
}

// The state with a number put where the next operand belongs, or in place of the last one.
export function put(state, number) {
  const kept = state.error ? [] : wantsOperand(state) ? state.tokens : withoutOperand(state);
  return { ...state, tokens: [...kept, operand(number)], entry: null, error: null, done: null };
}

const KEYS = {
  "+": operator,
  "-": operator,
  "*": operator,
  "/": operator,
  "^": operator,
  "(": open,
  ")": close,
  "=": finish,
  "%": (state) => changed(state, percent),
  root: (state) => changed(state, (one) => ({ text: `√${one.text}`, value: checked(Math.sqrt(one.value), ROOT) })),
  inverse: (state) => changed(state, (one) => ({ text: `1 ÷ (${one.text})`, value: reckoned("/", 1, one.value) })),
  sign: negated,
  back: shortened,
  "m+": (state) => ({ ...state, memory: state.memory + (newest(committed(state))?.value ?? 0), done: null }),
  "m-": (state) => ({ ...state, memory: state.memory - (newest(committed(state))?.value ?? 0), done: null }),
  mr: (state) => put(state, state.memory),
  mc: (state) => ({ ...state, memory: 0, done: null }),
};

const ROOT = "A negative number has no square root";

function operand(number) {
  return { text: shown(number), value: number };
}

function isOperand(token) {
  return typeof token === "object";
}

function newest(state) {
  return state.tokens.findLast(isOperand);
}

function wantsOperand(state) {
  return state.entry === null && !isOperand(state.tokens.at(-1) ?? "(");
}

function withoutOperand(state) {
  return state.entry === null ? state.tokens.slice(0, -1) : state.tokens;
}

function typed(state, key) {
  const { entry } = state;
  if (entry === null) {
    const tokens = wantsOperand(state) ? state.tokens : withoutOperand(state);
    return { ...state, tokens, entry: key === "." ? "0." : key, done: null };
  }
  if (entry.length >= LONGEST_ENTRY || (key === "." && entry.includes("."))) return state;
  if (key === "." && entry === "-") return { ...state, entry: "-0." };
  return { ...state, entry: key !== "." && /^-?0$/.test(entry) ? entry.replace("0", key) : entry + key };
}

// The state with what was typed as an operand; a sign alone is none.
function committed(state) {
  const { entry, tokens } = state;
  if (entry === null) return { ...state, done: null };
  const number = entry === "-" ? [] : [{ text: entry.replace("-", "−").replace(/\.$/, ""), value: Number(entry) }];
  return { ...state, tokens: [...tokens, ...number], entry: null, done: null };
}

function operator(before, key) {
  const state = committed(before);
  if (!wantsOperand(state)) return { ...state, tokens: [...state.tokens, key] };
  const last = state.tokens.at(-1) ?? "(";
  if (key === "-" && "(*/^".includes(last)) return { ...state, entry: "-" };
  return last === "(" ? state : { ...state, tokens: [...state.tokens.slice(0, -1), key] };
}

function open(before) {
  const state = committed(before);
  return { ...state, tokens: [...state.tokens, ...(wantsOperand(state) ? [] : ["*"]), "("] };
}

function close(before) {
  const state = committed(before);
  const at = state.tokens.lastIndexOf("(");
  if (at < 0 || wantsOperand(state)) return state;
  const inner = state.tokens.slice(at + 1);
  const group = { text: `(${line({ tokens: inner, entry: null })})`, value: reckon(inner) };
  return { ...state, tokens: [...state.tokens.slice(0, at), group] };
}

function finish(before) {
  let state = committed(before);
  while (state.tokens.length && wantsOperand(state)) state = { ...state, tokens: state.tokens.slice(0, -1) };
  while (state.tokens.includes("(")) state = close(state);
  if (!state.tokens.length) return state;
  const number = reckon(state.tokens);
  const asked = line(state);
  return { ...state, tokens: [operand(number)], done: asked === shown(number) ? null : { line: asked, value: number } };
}

function changed(before, change) {
  const state = committed(before);
  if (wantsOperand(state)) return state;
  return { ...state, tokens: [...state.tokens.slice(0, -1), change(state.tokens.at(-1), state.tokens)] };
}

// After plus or minus a percentage is one of what stands before it: 200 + 5 % is 210.
function percent(one, tokens) {
  const level = tokens.slice(tokens.lastIndexOf("(") + 1, -1);
  const whole = "+-".includes(level.at(-1) ?? "*") ? reckon(level.slice(0, -1)) : 1;
  return { text: `${one.text} %`, value: tidy((whole * one.value) / 100) };
}

function negated(state) {
  const { entry } = state;
  if (entry !== null) return { ...state, entry: entry.startsWith("-") ? entry.slice(1) || null : `-${entry}`, done: null };
  if (wantsOperand(state)) return { ...state, entry: "-", done: null };
  return changed(state, (one) => (/^[\d.E−]+$/.test(one.text) ? operand(-one.value) : { text: `−(${one.text})`, value: -one.value }));
}

// One sign less of what is being typed; what was typed before an operator is taken up again.
function shortened(state) {
  const { entry, tokens } = state;
  if (entry !== null) return { ...state, entry: entry.slice(0, -1) || null, done: null };
  const last = tokens.at(-1);
  const rest = { ...state, tokens: tokens.slice(0, -1), done: null };
  if (last === undefined || isOperand(last)) return rest;
  const again = rest.tokens.at(-1);
  if (!isOperand(again) || !/^−?[\d.]+$/.test(again.text)) return rest;
  return { ...rest, tokens: rest.tokens.slice(0, -1), entry: again.text.replace("−", "-") };
}

// Operands and operators in turn: the strongest first, from the left; powers from the right.
function reckon(tokens) {
  const [first, ...rest] = tokens;
  const values = [first.value];
  const waiting = [];
  const settle = () => {
    const right = values.pop();
    values.push(reckoned(waiting.pop(), values.pop(), right));
  };
  for (let place = 0; place < rest.length; place += 2) {
    const key = rest[place];
    while (waiting.length && STRENGTH[waiting.at(-1)] >= STRENGTH[key] + (key === "^")) settle();
    waiting.push(key);
    values.push(rest[place + 1].value);
  }
  while (waiting.length) settle();
  return values[0];
}

function reckoned(key, left, right) {
  if ((key === "/" && right === 0) || (key === "^" && left === 0 && right < 0)) {
    throw new Failure("Nothing can be divided by zero");
  }
  if (key === "+") return checked(left + right);
  if (key === "-") return checked(left - right);
  if (key === "*") return checked(left * right);
  if (key === "^") return checked(left ** right, "This power is no real number");
  return checked(left / right);
}

function checked(number, fault) {
  if (Number.isNaN(number)) throw new Failure(fault);
  if (Math.abs(number) > LARGEST) throw new Failure("This number is too large");
  return tidy(number);
}

// Without the dust of binary fractions: 0.1 + 0.2 is 0.3.
function tidy(number) {
  return Number(number.toPrecision(15));
}
