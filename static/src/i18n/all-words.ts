// For the tests: a component is tried without the page whose words it comes with.
import { FILES, wanted, type Part } from './parts';

for (const file of Object.keys(FILES)) wanted.add(/(\w+)\.ts$/.exec(file)![1] as Part);
