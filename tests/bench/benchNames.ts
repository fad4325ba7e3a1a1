/** The benchmarks; each is a file of this directory. */
export const benchNames = ['delivery', 'turn', 'compose', 'growth', 'cluster', 'start', 'ops', 'package'];
