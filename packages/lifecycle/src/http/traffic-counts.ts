/**
 * What became of a server's requests and connections since the announce of its stop. Long-lived streams are not counted;
 * of the rest, `inFlight + accepted = finished + cut + abandoned`.
 */
export class TrafficCounts {
  /** Requests in flight in the moment of the announce. */
  inFlight = 0;
  /** Requests that came later and were served. */
  accepted = 0;
  /** Answered whole. */
  finished = 0;
  /** Ended by force. */
  cut = 0;
  /** Their client left before the answer was whole. */
  abandoned = 0;
  /** Upgrades and streams answered 503. */
  refused = 0;
  socketsClosed = 0;
  socketsCut = 0;
}
