/**
 * Runs work in a turn, and throws its error to the caller instead of to the turn: an adapter would handle it as the error of a
 * failed turn and apologize to the customer.
 *
 * @param runTurn runs a turn with the function that it receives, which never rejects
 * @returns the result of `runTurn`
 */
export async function throwPast<Given, Result>(
  runTurn: (guarded: (given: Given) => Promise<void>) => Promise<Result>,
  work: (given: Given) => Promise<unknown>,
): Promise<Result> {
  const failures: unknown[] = [];
  const result = await runTurn(async (given) => {
    try {
      await work(given);
    } catch (error) {
      failures.push(error);
    }
  });
  if (failures.length > 0) throw failures[0];
  return result;
}
