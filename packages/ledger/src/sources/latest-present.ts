/**
 * The last of the items 0 to `last` that is present, if those from some item on up to it are; null if none was found. Search
 * by growing strides from `near`, then bisection: each step asks for one item. Without a present item at or below `near`,
 * the powers of two are tried.
 */
export async function latestPresent(
  isPresent: (index: number) => Promise<boolean>,
  { near, last }: { readonly near: number | undefined; readonly last: number },
): Promise<number | null> {
  const below = near === undefined ? null : await presentAtOrBelow(near, isPresent);
  const start = below ?? (await presentPowerOfTwo(last, isPresent));
  if (start === null) return null;
  let { present, absent = last + 1 } = start;
  for (let stride = 1; present + 1 < absent; stride *= 2) {
    const step = absent > last ? stride : Math.floor((absent - present) / 2);
    const candidate = Math.min(present + step, last);
    if (await isPresent(candidate)) present = candidate;
    else absent = candidate;
  }
  return present;
}

/** An item that is present, and the next one above it that was asked for and is not. */
interface Found {
  readonly present: number;
  readonly absent?: number;
}

async function presentAtOrBelow(
  near: number,
  isPresent: (index: number) => Promise<boolean>,
): Promise<Found | null> {
  if (await isPresent(near)) return { present: near };
  let absent = near;
  for (let stride = 1; stride <= near; stride *= 2) {
    if (await isPresent(near - stride)) return { present: near - stride, absent };
    absent = near - stride;
  }
  return null;
}

async function presentPowerOfTwo(
  last: number,
  isPresent: (index: number) => Promise<boolean>,
): Promise<Found | null> {
  if (await isPresent(0)) return { present: 0 };
  for (let candidate = 1; candidate <= last; candidate *= 2) {
    if (await isPresent(candidate)) return { present: candidate };
  }
  return null;
}
