// Numbers as text, digit for digit as Python writes them.

/** As Python's `f"{value:.{digits}g}"`. */
export function general(value, digits) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa, exponent] = rounded(Math.abs(value), digits);
  const sign = value < 0 ? "-" : "";
  if (exponent >= -4 && exponent < digits) return sign + positional(mantissa, exponent);
  const [first, rest] = [mantissa[0], trimmed(mantissa.slice(1))];
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return `${sign}${first}${rest && `.${rest}`}e${exponent < 0 ? "-" : "+"}${power}`;
}

/** Four significant digits, with a true minus sign. */
export const number = (value) => general(value, 4).replaceAll("-", "−");

/** Fill `{0:.3g}`, `{1}` or `{all:.3g}` in a template with values. */
export function fill(template, values) {
  return template.replace(/\{(\w+)(?::\.(\d+)g)?\}/g, (_, which, digits) => {
    const text = (value) => (digits ? general(value, Number(digits)) : String(value)).replaceAll("-", "−");
    return which === "all" ? values.map(text).join(", ") : text(values[Number(which)]);
  });
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A power of ten: "10⁻³". */
export function powerOfTen(exponent) {
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[digit]).join("");
  return `10${exponent < 0 ? "⁻" : ""}${digits}`;
}

// The digits of a positive number, and the exponent of the first: a half goes to the even digit, as in Python.
function rounded(value, digits) {
  const [mantissa, exponent] = parts(value.toExponential(digits - 1));
  const [exact, exponentOfExact] = parts(value.toExponential(digits + 40));
  const half = exact[digits] === "5" && !/[1-9]/.test(exact.slice(digits + 1));
  if (half && Number(exact[digits - 1]) % 2 === 0) return [exact.slice(0, digits), exponentOfExact];
  return [mantissa, exponent];
}

function parts(text) {
  const [mantissa, exponent] = text.split("e");
  return [mantissa.replace(".", ""), Number(exponent)];
}

function positional(mantissa, exponent) {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${trimmed(mantissa)}`;
  const whole = mantissa.slice(0, exponent + 1);
  const rest = trimmed(mantissa.slice(exponent + 1));
  return whole + (rest && `.${rest}`);
}

const trimmed = (digits) => digits.replace(/0+$/, "");
