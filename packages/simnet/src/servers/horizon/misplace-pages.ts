import type { PagingFault } from '../faults.ts';
import type { HorizonRequest } from './resource.ts';

interface Page {
  readonly _embedded?: { readonly records: readonly object[] };
}

/** A page as a Horizon returns it whose servers, or whose proxy, do not agree with each other. */
export function misplacePages(
  how: PagingFault,
  request: HorizonRequest,
  answerTo: (asked: HorizonRequest) => Page,
): object {
  const page = answerTo(request);
  const { _embedded: embedded } = page;
  const records = embedded?.records ?? [];
  const withRecords = (others: readonly object[]) => ({ ...page, _embedded: { records: others } });
  switch (how) {
    case 'repeats':
      return answerTo(changed(request, { cursor: '' }));
    case 'goes_back':
      return withRecords(records.toReversed());
    case 'endless':
      return records.length === 0 ? answerTo(changed(request, { cursor: '' })) : page;
    case 'hides':
      return request.query.get('cursor') === null ? page : withRecords([]);
    case 'overfull':
      return withRecords([...records, ...records]);
  }
}

function changed(request: HorizonRequest, parameters: Readonly<Record<string, string>>): HorizonRequest {
  const query = new URLSearchParams(request.query);
  for (const [name, value] of Object.entries(parameters)) query.set(name, value);
  return { ...request, query };
}
