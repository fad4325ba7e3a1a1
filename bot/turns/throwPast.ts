/**
 * Runs something by what would take its errors for those of a failed turn, and speak to the customer of them: they are thrown to
 * the caller alone.
 *
 * @param by runs the work that it is given, which never rejects
 * @returns what `by` returns
 */
export async function throwPast<Given, Result>(
  by: (guarded: (given: Given) => Promise<void>) => Promise<Result>,
  work: (given: Given) => Promise<unknown>,
): Promise<Result> {
  const failures: unknown[] = [];
  const result = await by(async (given) => {
    try {
      await work(given);
    } catch (error) {
      failures.push(error);
    }
  });
  if (failures.length > 0) throw failures[0];
  return result;
}
