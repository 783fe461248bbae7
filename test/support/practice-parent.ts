import {createInterface} from 'node:readline';
import {startPractice} from '../../source/practice.ts';

/**
 * Stands in for the screen: starts the practice cluster as it does, and prints the names of the scenarios once it is
 * there. Each line it reads is a scenario to start.
 */
const {scenarios} = await startPractice('', {env: process.env});
const known = await scenarios.list();
process.stdout.write(`${known.map(({name}) => name).join(' ')}\n`);
for await (const name of createInterface({input: process.stdin})) {
	await scenarios.start(name);
	process.stdout.write(`started ${name}\n`);
}
