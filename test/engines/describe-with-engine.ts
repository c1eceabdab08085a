/** Whether something that tests need from outside is to be had here. */
export type Availability = { isAvailable: true } | { isAvailable: false; reason: string };

/** `describe`, or a skipped one whose name says why it cannot run; with `REQUIRE_ENGINES=1` that is a failure. */
export function describeWithEngine(availability: Availability, missing: string, name: string, body: () => void): void {
  if (availability.isAvailable) describe(name, body);
  else if (process.env['REQUIRE_ENGINES'] === '1') {
    test(name, () => {
      throw new Error(`${missing}: ${availability.reason}`);
    });
  } else {
    // oxlint-disable-next-line jest/no-disabled-tests -- an engine that is not to be had here, with the reason in its name
    describe.skip(`${name} (not run: ${availability.reason})`, body);
  }
}
