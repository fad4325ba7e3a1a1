import { cpuMicros } from './figures.ts';

/** Makes this process one that a benchmark measures: tells its address, then its CPU whenever asked, and ends with its parent. */
export function beMeasured(url: string, end = () => {}): void {
  process.send?.({ url });
  process.on('message', () => process.send?.({ cpu: cpuMicros() }));
  process.on('disconnect', () => {
    end();
    process.exit(0);
  });
}
